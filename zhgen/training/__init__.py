"""From a segmented text and a table of vectors to a trained model."""
