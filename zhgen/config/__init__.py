"""The settings of every command: a frozen dataclass each, where its defaults, its help and its bounds stand."""

from zhgen.config.embed import EmbedSettings
from zhgen.config.evaluate import TextSettings
from zhgen.config.generate import BatchSettings, GenerateSettings, parse_bias
from zhgen.config.lab import LabSettings
from zhgen.config.map import MapSettings, Projection
from zhgen.config.next import NextSettings
from zhgen.config.segment import Engine, SegmentSettings
from zhgen.config.settings import DEFAULT_SEED, MAX_SEED, Settings, is_several, option_name, setting
from zhgen.config.similar import SimilarSettings, TableName
from zhgen.config.train import FOR_CONTRASTIVE, FURTHEST, RECIPES, Backend, Loss, Recipe, StartingTable, TrainSettings
from zhgen.config.write import WriteSettings

__all__ = [
    "DEFAULT_SEED",
    "FOR_CONTRASTIVE",
    "FURTHEST",
    "MAX_SEED",
    "RECIPES",
    "Backend",
    "BatchSettings",
    "EmbedSettings",
    "Engine",
    "GenerateSettings",
    "LabSettings",
    "Loss",
    "MapSettings",
    "NextSettings",
    "Projection",
    "Recipe",
    "SegmentSettings",
    "Settings",
    "SimilarSettings",
    "StartingTable",
    "TableName",
    "TextSettings",
    "TrainSettings",
    "WriteSettings",
    "is_several",
    "option_name",
    "parse_bias",
    "setting",
]
