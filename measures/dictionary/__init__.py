"""The public data dictionary: its pages, files, search and versions; its views are measures/views.py."""
