package dev.guanlan.job.common;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.avro.AvroFlowsDecoder;
import dev.guanlan.codec.avro.AvroLogsDecoder;
import dev.guanlan.codec.avro.AvroSamplesDecoder;
import dev.guanlan.codec.avro.AvroSpansDecoder;
import dev.guanlan.codec.cloudquery.CloudQueryDecoder;
import dev.guanlan.codec.deepflow.DeepFlowFlowsDecoder;
import dev.guanlan.codec.deepflow.DeepFlowSamplesDecoder;
import dev.guanlan.codec.deepflow.DeepFlowSpansDecoder;
import dev.guanlan.codec.loki.LokiJsonDecoder;
import dev.guanlan.codec.loki.LokiProtoDecoder;
import dev.guanlan.codec.otlp.OtlpJsonDecoder;
import dev.guanlan.codec.otlp.OtlpLogsDecoder;
import dev.guanlan.codec.otlp.OtlpMetricsDecoder;
import dev.guanlan.codec.otlp.OtlpRequest;
import dev.guanlan.codec.otlp.OtlpResourcesDecoder;
import dev.guanlan.codec.otlp.OtlpSpansDecoder;
import dev.guanlan.codec.remotewrite.RemoteWrite2Decoder;
import dev.guanlan.codec.remotewrite.RemoteWriteDecoder;
import dev.guanlan.codec.zipkin.ZipkinJsonDecoder;
import dev.guanlan.codec.zipkin.ZipkinProtoDecoder;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.function.SerializableSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says how raw records become blocks of one kind.
 *
 * @param type the block's type
 * @param decoders makes new decoders by the name of the encoding that they read; called once a task
 * @param latestMillis gives a block's event time: its latest, in milliseconds since the epoch;
 *     {@link Long#MIN_VALUE} if it has none
 * @param entries counts what a block holds: samples, log entries, spans
 * @param upTo leaves out what is too far ahead of the clock; null if that is taken, too
 * @param <B> the kind of block
 */
public record RawFormat<B>(
    TypeInformation<B> type,
    SerializableSupplier<Map<String, Decoder<B>>> decoders,
    LatestMillis<B> latestMillis,
    EntryCount<B> entries,
    @Nullable UpTo<B> upTo)
    implements Serializable {

  /** Says how raw records become blocks, whatever their time. */
  public RawFormat(
      TypeInformation<B> type,
      SerializableSupplier<Map<String, Decoder<B>>> decoders,
      LatestMillis<B> latestMillis,
      EntryCount<B> entries) {
    this(type, decoders, latestMillis, entries, null);
  }

  /**
   * Gives a block's event time.
   *
   * @param <B> the kind of block
   */
  public interface LatestMillis<B> extends ToLongFunction<B>, Serializable {}

  /**
   * Counts what a block holds.
   *
   * @param <B> the kind of block
   */
  public interface EntryCount<B> extends ToIntFunction<B>, Serializable {}

  /**
   * Leaves out what is too far ahead.
   *
   * @param <B> the kind of block
   */
  public interface UpTo<B> extends Serializable {

    /** Returns a block without what is later than a time in milliseconds since the epoch. */
    B of(B block, long latestMillis);
  }

  /** Reads samples from remote write and from OTLP metrics. */
  public static final RawFormat<SampleBlock> SAMPLES =
      new RawFormat<>(
          BlockTypes.SAMPLES,
          () ->
              Map.of(
                  Encoding.PROMETHEUS_REMOTE_WRITE,
                  new RemoteWriteDecoder(DecoderLimits.DEFAULTS, NamedSeries.ofRemoteWrite()),
                  Encoding.PROMETHEUS_REMOTE_WRITE_V2,
                  new RemoteWrite2Decoder(DecoderLimits.DEFAULTS, NamedSeries.ofRemoteWrite()),
                  Encoding.OTLP_PROTO,
                  otlpMetrics(),
                  Encoding.AVRO,
                  AvroSamplesDecoder.ofMixed(DecoderLimits.DEFAULTS),
                  Encoding.DEEPFLOW_JSON,
                  new DeepFlowSamplesDecoder(DecoderLimits.DEFAULTS),
                  Encoding.OTLP_JSON,
                  json(OtlpRequest.METRICS, otlpMetrics())),
          SampleBlock::latestTimestamp,
          SampleBlock::sampleCount);

  /**
   * Reads the same samples but those of clocks that are ahead by more than {@link
   * EventTimeWatermarks#MAX_FUTURE_SKEW}: they would lie in wait, and pass for news once their time
   * has come.
   */
  public static final RawFormat<SampleBlock> SAMPLES_NOT_AHEAD =
      new RawFormat<>(
          SAMPLES.type(),
          SAMPLES.decoders(),
          SAMPLES.latestMillis(),
          SAMPLES.entries(),
          SamplesUpTo::of);

  /** Reads log entries from OTLP logs and from Loki pushes. */
  public static final RawFormat<LogBlock> LOGS =
      new RawFormat<>(
          BlockTypes.LOGS,
          () ->
              Map.of(
                  Encoding.OTLP_PROTO,
                  new OtlpLogsDecoder(DecoderLimits.DEFAULTS),
                  Encoding.AVRO,
                  AvroLogsDecoder.ofMixed(DecoderLimits.DEFAULTS),
                  Encoding.OTLP_JSON,
                  json(OtlpRequest.LOGS, new OtlpLogsDecoder(DecoderLimits.DEFAULTS)),
                  Encoding.LOKI_PROTO,
                  new LokiProtoDecoder(DecoderLimits.DEFAULTS),
                  Encoding.LOKI_JSON,
                  new LokiJsonDecoder(DecoderLimits.DEFAULTS)),
          LogBlock::latestTimestamp,
          LogBlock::entryCount);

  /** Reads spans from OTLP traces and from Zipkin. */
  public static final RawFormat<SpanBlock> SPANS =
      new RawFormat<>(
          BlockTypes.SPANS,
          () ->
              Map.of(
                  Encoding.OTLP_PROTO,
                  new OtlpSpansDecoder(DecoderLimits.DEFAULTS),
                  Encoding.AVRO,
                  AvroSpansDecoder.ofMixed(DecoderLimits.DEFAULTS),
                  Encoding.DEEPFLOW_JSON,
                  new DeepFlowSpansDecoder(DecoderLimits.DEFAULTS),
                  Encoding.OTLP_JSON,
                  json(OtlpRequest.TRACES, new OtlpSpansDecoder(DecoderLimits.DEFAULTS)),
                  Encoding.ZIPKIN_JSON,
                  new ZipkinJsonDecoder(DecoderLimits.DEFAULTS),
                  Encoding.ZIPKIN_PROTO,
                  new ZipkinProtoDecoder(DecoderLimits.DEFAULTS)),
          SpanBlock::latestTimestamp,
          SpanBlock::spanCount);

  /** Reads network flows. */
  public static final RawFormat<FlowBlock> FLOWS =
      new RawFormat<>(
          BlockTypes.FLOWS,
          () ->
              Map.of(
                  Encoding.AVRO,
                  AvroFlowsDecoder.ofMixed(DecoderLimits.DEFAULTS),
                  Encoding.DEEPFLOW_JSON,
                  new DeepFlowFlowsDecoder(DecoderLimits.DEFAULTS)),
          FlowBlock::latestTimestamp,
          block -> block.flows().size());

  /**
   * Reads the resources of OTLP metrics, skipping the rest, and those of an inventory; their time
   * is when they came in.
   */
  public static final RawFormat<ResourceBlock> RESOURCES =
      new RawFormat<>(
          BlockTypes.RESOURCES,
          () -> {
            OtlpResourcesDecoder otlp = new OtlpResourcesDecoder(DecoderLimits.DEFAULTS);
            return Map.of(
                Encoding.OTLP_PROTO,
                resources(otlp),
                Encoding.OTLP_JSON,
                resources(json(OtlpRequest.RESOURCES, otlp)),
                Encoding.CLOUDQUERY_NDJSON,
                resources(new CloudQueryDecoder(DecoderLimits.DEFAULTS)));
          },
          ResourceBlock::receivedAtMillis,
          block -> block.resources().size());

  private static Decoder<SampleBlock> otlpMetrics() {
    return new OtlpMetricsDecoder(DecoderLimits.DEFAULTS, NamedSeries.ofOtlp());
  }

  private static <B> Decoder<B> json(OtlpRequest request, Decoder<B> protobuf) {
    return new OtlpJsonDecoder<>(request, protobuf, DecoderLimits.DEFAULTS);
  }

  private static Decoder<ResourceBlock> resources(Decoder<List<Labels>> decoder) {
    return raw ->
        new ResourceBlock(raw.tenant(), raw.origin(), raw.receivedAtMillis(), decoder.decode(raw));
  }
}
