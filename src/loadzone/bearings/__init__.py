"""What a bearing is: designation, geometry with provenance, catalogue, boundary dimensions, defect orders."""
