package dev.guanlan.job.common.enrich;

import dev.guanlan.job.common.BlockTypes;
import dev.guanlan.job.common.VersionedType;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.topology.Change;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Gives what enrichment exchanges its types in Flink, each with a versioned format. */
public final class TopologyTypes {

  /** Changes of the topology. */
  public static final TypeInformation<Change> CHANGES =
      VersionedType.of(Change.class, new ChangeSerializer());

  /** Blocks of samples with their places. */
  public static final TypeInformation<Placed<SampleBlock>> PLACED_SAMPLES =
      placed(
          new PlacedSerializer.OfSamples(
              BlockTypes.SAMPLES.createSerializer(new SerializerConfigImpl())));

  /** Blocks of log entries with their places. */
  public static final TypeInformation<Placed<LogBlock>> PLACED_LOGS =
      placed(
          new PlacedSerializer.OfLogs(
              BlockTypes.LOGS.createSerializer(new SerializerConfigImpl())));

  /** Blocks of spans with their places. */
  public static final TypeInformation<Placed<SpanBlock>> PLACED_SPANS =
      placed(
          new PlacedSerializer.OfSpans(
              BlockTypes.SPANS.createSerializer(new SerializerConfigImpl())));

  private TopologyTypes() {}

  @SuppressWarnings("unchecked") // A class object knows no type arguments.
  private static <B> TypeInformation<Placed<B>> placed(PlacedSerializer<B> serializer) {
    return VersionedType.of((Class<Placed<B>>) (Class<?>) Placed.class, serializer);
  }
}
