"""What a person does beside the chart: folder and selection, then the widgets, the replay view, the report view."""
