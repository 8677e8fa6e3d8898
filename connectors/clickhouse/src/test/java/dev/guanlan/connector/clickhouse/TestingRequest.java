package dev.guanlan.connector.clickhouse;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;

/** Asks for a block, and accepts no answer but that it is stored. */
record TestingRequest(ClickHouseCommittable block) implements CommitRequest<ClickHouseCommittable> {

  static Collection<CommitRequest<ClickHouseCommittable>> of(ClickHouseCommittable... blocks) {
    return of(List.of(blocks));
  }

  static Collection<CommitRequest<ClickHouseCommittable>> of(
      Collection<ClickHouseCommittable> blocks) {
    Stream<CommitRequest<ClickHouseCommittable>> requests =
        blocks.stream().map(TestingRequest::new);
    return requests.toList();
  }

  @Override
  public ClickHouseCommittable getCommittable() {
    return block;
  }

  @Override
  public int getNumberOfRetries() {
    return 0;
  }

  @Override
  public void signalFailedWithKnownReason(Throwable reason) {
    throw new AssertionError("a block may not be given up", reason);
  }

  @Override
  public void signalFailedWithUnknownReason(Throwable reason) {
    throw new AssertionError("a block may not be given up", reason);
  }

  @Override
  public void retryLater() {
    throw new AssertionError("Flink would try again at once, without a pause");
  }

  @Override
  public void updateAndRetryLater(ClickHouseCommittable committable) {
    retryLater();
  }

  @Override
  public void signalAlreadyCommitted() {
    throw new AssertionError("ClickHouse does not say whether it had a block");
  }
}
