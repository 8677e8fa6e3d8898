package dev.guanlan.testing;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/** Counts for ever, in keyed state; the smallest job that has something to lose. */
public final class EndlessJob {

  private EndlessJob() {}

  /** Runs the job under the name that is its one argument. */
  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.fromSequence(0, Long.MAX_VALUE)
        .uid("sequence")
        .name("sequence")
        .map(EndlessJob::pace)
        .returns(Types.LONG)
        .uid("pace")
        .name("pace")
        .keyBy(number -> number % 10, Types.LONG)
        .process(new Count())
        .returns(Types.LONG)
        .uid("count")
        .name("count")
        .sinkTo(new DiscardingSink<>())
        .uid("nothing")
        .name("nothing");
    env.execute(args[0]);
  }

  /** Slows the source, not what follows: checkpoint barriers never wait behind full buffers. */
  private static long pace(long number) throws InterruptedException {
    Thread.sleep(2);
    return number;
  }

  /** Counts the numbers of a key. */
  static final class Count extends KeyedProcessFunction<Long, Long, Long> {

    private static final long serialVersionUID = 1L;

    private transient ValueState<Long> count;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
    }

    @Override
    public void processElement(Long number, Context context, Collector<Long> out) throws Exception {
      Long before = count.value();
      long now = before == null ? 1 : before + 1;
      count.update(now);
      out.collect(now);
    }
  }
}
