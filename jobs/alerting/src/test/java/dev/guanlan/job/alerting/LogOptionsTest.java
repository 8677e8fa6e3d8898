package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionStyle;
import org.rocksdb.RocksDB;

class LogOptionsTest {

  @Test
  void theConfigurationThatShipsNamesThem() throws Exception {
    Path shipped =
        Path.of(System.getProperty("guanlan.root", "../.."), "flink-conf/alerting/config.yaml");
    assertThat(Files.readAllLines(shipped))
        .contains(
            "state.backend.type: rocksdb",
            "state.backend.rocksdb.options-factory: " + LogOptions.class.getName());
  }

  @Test
  void filesOfCheckpointsAreNotSortedAgainAndAgain() throws Exception {
    RocksDB.loadLibrary();
    List<AutoCloseable> handles = new ArrayList<>();
    try (ColumnFamilyOptions given = new ColumnFamilyOptions();
        ColumnFamilyOptions options = new LogOptions().createColumnOptions(given, handles)) {
      assertThat(options.compactionStyle()).isEqualTo(CompactionStyle.UNIVERSAL);
      assertThat(options.level0FileNumCompactionTrigger()).isGreaterThan(4);
      assertThat(options.level0SlowdownWritesTrigger())
          .isGreaterThan(options.level0FileNumCompactionTrigger());
      assertThat(options.level0StopWritesTrigger())
          .isGreaterThan(options.level0SlowdownWritesTrigger());
    }
    assertThat(handles).isEmpty();
  }
}
