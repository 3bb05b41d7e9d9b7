"""tieline's engine: rule files in, reviewed and applied change plans out."""
