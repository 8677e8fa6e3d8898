package dev.guanlan.job.common;

import dev.guanlan.connector.kafka.IdempotentSink;
import dev.guanlan.connector.kafka.RecordEncoder;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.schema.RecordFormat;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/** Takes what could not be processed to its own topic, at least once. */
public final class DeadLetters {

  /** The side output that dead letters leave an operator by. */
  public static final OutputTag<DeadLetter> TAG =
      new OutputTag<>("dead-letters", SchemaTypes.of(DeadLetter.class));

  private DeadLetters() {}

  /**
   * Writes dead letters to {@link Topics#DEAD_LETTERS}, each under its origin as key.
   *
   * @param options tells where Kafka is
   * @param first a stream of dead letters, as {@code operator.getSideOutput(DeadLetters.TAG)}
   * @param others more of them
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // Handed on to union, which is as safe.
  public static DataStreamSink<DeadLetter> sinkTo(
      JobOptions options, DataStream<DeadLetter> first, DataStream<DeadLetter>... others) {
    DataStream<DeadLetter> all = others.length == 0 ? first : first.union(others);
    return all.sinkTo(
            IdempotentSink.to(options.bootstrapServers(), Topics.DEAD_LETTERS, new Encoder()))
        .name("dead letters")
        .uid("dead-letters");
  }

  /** Makes Kafka records of dead letters. */
  private static final class Encoder implements RecordEncoder<DeadLetter> {

    private transient @Nullable RecordFormat<DeadLetter> format;

    @Override
    public byte[] key(DeadLetter letter) {
      return RecordEncoder.utf8(
          letter.getTopic() + "/" + letter.getPartition() + "@" + letter.getOffset());
    }

    @Override
    public byte[] value(DeadLetter letter) {
      RecordFormat<DeadLetter> known = format;
      if (known == null) {
        known = RecordFormat.of(DeadLetter.class);
        format = known;
      }
      return known.encode(letter);
    }
  }
}
