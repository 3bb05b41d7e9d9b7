"""FEEL, the expression language of the DMN 1.5 standard: read, checked, evaluated by value and by column."""
