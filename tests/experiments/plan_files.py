"""Plan files that several tests try."""

CUT = """\
id: bud
title: {id: Uji, en: Test}
intent: {id: Uji., en: Test.}
budget: {ceiling_million_idr_per_year: 5000, over_ceiling: scale}
levers:
  cadre training: {level: 1000, start: "2027-01", ramp_months: 12}
  extra posts: {level: 100, start: "2027-01", ramp_months: 12}
  food coverage: {level: 0.8, start: "2027-01", ramp_months: 12}
"""
