//! Rows for measuring: as many callees as are asked for, for the columns of `examples/checkup`.

use std::io::Write;

use anyhow::{Context, Result};

/// Prints a CSV file of `COUNT` rows.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let count: u32 =
        arguments.first().context("usage: cargo xtask rows COUNT")?.parse().context("COUNT is a number")?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(out, "patient_id,phone,name,appointment,doctor,fasting,early_minutes,notes")?;
    for i in 0..count {
        // Synthetic numbers of the form that the API's own examples use; nobody is phoned by a measurement.
        writeln!(out, "P-{i:07},+8613{i:09},\"Name, {i}\",2031-04-15T09:00,Dr. Adaora Obi,true,15,")?;
    }
    Ok(out.flush()?)
}
