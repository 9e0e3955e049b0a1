"""Demos: settings at which a remedy makes a plain difference, and how often it did on twenty seeds. They may use the
race and its words."""
