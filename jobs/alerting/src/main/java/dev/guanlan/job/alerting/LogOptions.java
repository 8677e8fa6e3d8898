package dev.guanlan.job.alerting;

import java.util.Collection;
import org.apache.flink.state.rocksdb.RocksDBOptionsFactory;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;

/**
 * Fits RocksDB to a job whose state is a log: written once at each checkpoint, removed when it is
 * old, and read after a failure alone. {@code flink-conf/alerting} names it.
 *
 * <p>Each checkpoint makes a file of each state. Flink's own options sort four of them into all
 * that there is, again and again: a third of the task manager's time, where no read ever profits.
 */
public final class LogOptions implements RocksDBOptionsFactory {

  private static final long serialVersionUID = 1;

  /** So many checkpoints' files lie side by side before they are sorted into one. */
  private static final int FILES = 32;

  /** Far beyond what is waited for: writing is never slowed down for the sake of reads. */
  private static final int MOST_FILES = 4 * FILES;

  /**
   * A part of the slot's memory that all states, ten of them, can have at the same time; with more
   * they would be written out whenever one of them asks for it.
   */
  private static final long WRITE_BUFFER_BYTES = 4 << 20;

  /** Makes the options; Flink does. */
  public LogOptions() {}

  @Override
  public DBOptions createDBOptions(DBOptions current, Collection<AutoCloseable> toClose) {
    return current;
  }

  @Override
  public ColumnFamilyOptions createColumnOptions(
      ColumnFamilyOptions current, Collection<AutoCloseable> toClose) {
    return current
        .setWriteBufferSize(WRITE_BUFFER_BYTES)
        .setCompactionStyle(CompactionStyle.UNIVERSAL)
        .setLevel0FileNumCompactionTrigger(FILES)
        .setLevel0SlowdownWritesTrigger(MOST_FILES)
        .setLevel0StopWritesTrigger(2 * MOST_FILES)
        // Columns of samples are dense as they are.
        .setCompressionType(CompressionType.NO_COMPRESSION);
  }
}
