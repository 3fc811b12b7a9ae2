//! Tests of DICOM reading and writing. Fixtures are made by `tests/fixtures/make.py` with pydicom and highdicom.

mod bad;
mod common;
mod mutations;
mod patch;
mod real_data;
mod rtstruct;
mod seg;
mod seg_write;
mod series;
mod subject;
