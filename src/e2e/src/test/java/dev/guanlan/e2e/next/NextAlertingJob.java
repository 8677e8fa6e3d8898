package dev.guanlan.e2e.next;

import dev.guanlan.job.alerting.AlertingJob;
import dev.guanlan.job.common.BlockTypes;
import dev.guanlan.job.common.JobEnvironment;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.model.SampleBlock;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Is the alerting job with one operator more, as a later release may have it. */
public final class NextAlertingJob {

  /** The name of the added operator. */
  public static final String ADDED = "drop empty blocks";

  private NextAlertingJob() {}

  /** Runs the job with the options of the alerting job. */
  public static void main(String[] args) throws Exception {
    JobOptions options = AlertingJob.options(args);
    StreamExecutionEnvironment env = JobEnvironment.create();
    AlertingJob.build(
        env,
        options,
        samples ->
            samples
                .filter((SampleBlock block) -> block.sampleCount() > 0)
                .returns(BlockTypes.SAMPLES)
                .name(ADDED)
                .uid("drop-empty-blocks"));
    env.execute("guanlan-alerting");
  }
}
