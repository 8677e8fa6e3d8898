package dev.guanlan.job.common.enrich;

import dev.guanlan.job.common.DeadLetters;
import dev.guanlan.job.common.Decoded;
import dev.guanlan.topology.Change;
import java.util.List;
import org.apache.flink.streaming.api.operators.AbstractInput;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorV2;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.Input;
import org.apache.flink.streaming.api.operators.MultipleInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Parts blocks from dead letters and gives the blocks their places, in the same task as the source.
 *
 * <p>The first input is what the source decoded, the second the changes of the topology. Of Flink's
 * operators with several inputs only this kind can have a source chained to it; with {@code
 * connect} every block would be serialized with all its labels between two tasks, which costs more
 * than decoding it.
 */
final class EnrichOperator<B> extends AbstractStreamOperatorV2<Placed<B>>
    implements MultipleInputStreamOperator<Placed<B>> {

  private final PlaceBlocks<B> places;
  private final StreamRecord<Placed<B>> reused = new StreamRecord<>(null);

  private EnrichOperator(StreamOperatorParameters<Placed<B>> parameters, PlaceBlocks<B> places) {
    super(parameters, 2);
    this.places = places;
  }

  @Override
  public void open() throws Exception {
    super.open();
    places.open(getMetricGroup());
  }

  @Override
  @SuppressWarnings("rawtypes") // As Flink declares it: the inputs differ in type.
  public List<Input> getInputs() {
    return List.of(new Blocks<>(this), new Changes<>(this));
  }

  /** Takes what the source decoded. */
  @SuppressWarnings("unchecked") // In what AbstractInput implements.
  private static final class Blocks<B> extends AbstractInput<Decoded<B>, Placed<B>> {

    private final EnrichOperator<B> operator;

    Blocks(EnrichOperator<B> operator) {
      super(operator, 1);
      this.operator = operator;
    }

    @Override
    public void processElement(StreamRecord<Decoded<B>> element) {
      Decoded<B> decoded = element.getValue();
      B block = decoded.block();
      if (block != null) {
        StreamRecord<Placed<B>> placed = operator.reused.replace(operator.places.place(block));
        if (element.hasTimestamp()) {
          placed.setTimestamp(element.getTimestamp());
        } else {
          placed.eraseTimestamp();
        }
        operator.output.collect(placed);
      } else if (decoded.deadLetter() != null) {
        operator.output.collect(DeadLetters.TAG, new StreamRecord<>(decoded.deadLetter()));
      }
    }
  }

  /** Takes the changes of the topology. */
  @SuppressWarnings("unchecked") // In what AbstractInput implements.
  private static final class Changes<B> extends AbstractInput<Change, Placed<B>> {

    private final EnrichOperator<B> operator;

    Changes(EnrichOperator<B> operator) {
      super(operator, 2);
      this.operator = operator;
    }

    @Override
    public void processElement(StreamRecord<Change> element) {
      operator.places.apply(element.getValue());
    }
  }

  /** Makes the operator in each task. */
  static final class Factory<B> extends AbstractStreamOperatorFactory<Placed<B>> {

    private static final long serialVersionUID = 1;

    private final PlaceBlocks<B> places;

    Factory(PlaceBlocks<B> places) {
      this.places = places;
      setChainingStrategy(ChainingStrategy.HEAD_WITH_SOURCES);
    }

    @Override
    // Flink declares it so, and asks for the type that getStreamOperatorClass names.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T extends StreamOperator<Placed<B>>> T createStreamOperator(
        StreamOperatorParameters<Placed<B>> parameters) {
      return (T) new EnrichOperator<>(parameters, places);
    }

    @Override
    @SuppressWarnings("rawtypes") // As Flink declares it.
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
      return EnrichOperator.class;
    }
  }
}
