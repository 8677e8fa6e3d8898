package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ClickHouseException;
import java.util.Arrays;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the first refused rows of a subtask, then ever fewer. */
final class LoggedRows implements RefusedRows {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(LoggedRows.class);
  private static final int SHOWN_BYTES = 128;

  private long count;

  @Override
  public void refused(String insert, byte[] row, ClickHouseException reason) {
    count++;
    // Rows 1 to 16, then every power of two: a flood of bad rows is no flood of lines.
    if (count <= 16 || Long.bitCount(count) == 1) {
      byte[] shown = Arrays.copyOf(row, Math.min(row.length, SHOWN_BYTES));
      LOG.warn(
          "ClickHouse refuses a row, and it is left out (number {} of this task): {} The row has"
              + " {} bytes and begins with {}.",
          count,
          reason.getMessage(),
          row.length,
          HexFormat.of().formatHex(shown));
    }
  }
}
