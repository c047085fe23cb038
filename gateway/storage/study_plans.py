"""The table of study plans."""

from sqlalchemy import Column, LargeBinary, String, Table

from gateway.model.recognition import StudyPlan
from gateway.storage.types import Instant, mapper

study_plans = Table(
    "study_plans",
    mapper.metadata,
    Column("application", String(32), primary_key=True),
    Column("stated_by", String(32), nullable=False),
    Column("stated_at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

mapper.map_imperatively(StudyPlan, study_plans)
