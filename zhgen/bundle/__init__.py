"""The bundle: the directory `models/NAME/` in which a trained model lies, and the one place that knows how.

```
config.json      format version, recipe, settings, sizes, hashes of the parts and of the corpus, versions of the libraries
vocabulary.txt   one piece a line, in id order
vectors.bin      the word2vec table that training began with
weights.npz      what the generator runs: LSTM, output layer, and the decoder's table, scale and bias
ngrams.npz       how often every run of up to five pieces follows which: all but the recipe `seed` counts them
text.npz         the training part as ids of pieces, where it was to be kept
dictionary.txt   the user dictionary that the corpus was cut with, if there was one
history.csv      one row an epoch
curve.svg        the same as a picture
README.md        a model card
```
"""

from zhgen.bundle.loading import load
from zhgen.bundle.model import Bundle
from zhgen.bundle.parts import CONFIG, FORMAT, PARTS, read_arrays
from zhgen.bundle.saving import as_csv, check_bundle_output, save

__all__ = ["CONFIG", "FORMAT", "PARTS", "Bundle", "as_csv", "check_bundle_output", "load", "read_arrays", "save"]
