package dev.guanlan.job.common;

import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Gives telemetry's blocks their types in Flink, each with a versioned format. */
public final class BlockTypes {

  /** Blocks of samples. */
  public static final TypeInformation<SampleBlock> SAMPLES =
      VersionedType.of(SampleBlock.class, new SampleBlockSerializer());

  /** Blocks of log entries. */
  public static final TypeInformation<LogBlock> LOGS =
      VersionedType.of(LogBlock.class, new LogBlockSerializer());

  /** Blocks of spans. */
  public static final TypeInformation<SpanBlock> SPANS =
      VersionedType.of(SpanBlock.class, new SpanBlockSerializer());

  /** Blocks of flows. */
  public static final TypeInformation<FlowBlock> FLOWS =
      VersionedType.of(FlowBlock.class, new FlowBlockSerializer());

  /** Blocks of resources. */
  public static final TypeInformation<ResourceBlock> RESOURCES =
      VersionedType.of(ResourceBlock.class, new ResourceBlockSerializer());

  private BlockTypes() {}
}
