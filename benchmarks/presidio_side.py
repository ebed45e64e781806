"""Presidio's side of the comparison; run by the Python of its own environment: strings as JSON in, seconds out.

The model is spaCy's blank English one with all of Presidio's pattern recognisers: the package registry has no official
model, and a statistical one would only make it slower. Nothing is asked of the network.
"""

import json
import logging
import sys
import time

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine

logging.disable(logging.CRITICAL)
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())


class Blank(SpacyNlpEngine):
    """A tokenizer without a model."""

    def __init__(self) -> None:
        """Take spaCy's blank pipeline."""
        super().__init__()
        self.nlp = {"en": spacy.blank("en")}


engine = AnalyzerEngine(nlp_engine=Blank(), supported_languages=["en"])
given = json.load(sys.stdin)
engine.analyze("Jane Doe, jane@uni.example", language="en")
began = time.process_time()
for said in given:
    engine.analyze(said, language="en")
print(time.process_time() - began)
