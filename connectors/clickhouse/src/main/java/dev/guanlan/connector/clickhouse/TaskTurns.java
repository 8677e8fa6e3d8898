package dev.guanlan.connector.clickhouse;

import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;

/**
 * Runs steps as mails and timers of a task, between the elements that it processes.
 *
 * @param mailbox where steps wait
 * @param time the task's clock
 */
record TaskTurns(MailboxExecutor mailbox, ProcessingTimeService time) implements Turns {

  @Override
  public long nowMillis() {
    return time.getCurrentProcessingTime();
  }

  @Override
  public void soon(Step step) {
    mailbox.execute(step::run, "answer of ClickHouse");
  }

  @Override
  public void later(long millis, Step step) {
    ScheduledFuture<?> unused = time.registerTimer(nowMillis() + millis, timestamp -> step.run());
  }

  @Override
  public void await() throws InterruptedException {
    mailbox.yield();
  }
}
