package dev.guanlan.bench.codec;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.remotewrite.RemoteWrite2Decoder;
import dev.guanlan.codec.remotewrite.RemoteWrite2Encoder;
import dev.guanlan.codec.remotewrite.RemoteWriteDecoder;
import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.codec.series.SeriesMemory;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Decodes requests like those that Prometheus sends by default: 2,000 samples, one a series, with
 * the labels of node-exporter and kube-state-metrics. A score is per sample.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RemoteWriteBenchmark {

  private static final int SAMPLES = 2_000;

  /** The version of the protocol. */
  @Param({"1", "2"})
  public int version;

  /** How many series a sender cycles through, one sample each in a request. */
  @Param({"32000", "100000"})
  public int senderSeries;

  /** Whether samples are native histograms of eight buckets. */
  @Param({"false", "true"})
  public boolean histograms;

  private byte[][] payloads = new byte[0][];
  private Decoder<SampleBlock> warm = new RemoteWriteDecoder(DecoderLimits.DEFAULTS);
  private SampleBlock block = SampleBlock.builder("", Origin.NONE).build();
  private int next;

  /** Writes as many requests as the sender cycles through. */
  @Setup
  public void write() throws MalformedPayloadException {
    Random random = new Random(1);
    warm = decoder(SeriesMemory.DEFAULT_SERIES);
    payloads = new byte[senderSeries / SAMPLES][];
    for (int request = 0; request < payloads.length; request++) {
      SampleBlock.Builder builder = SampleBlock.builder("", Origin.NONE);
      for (int series = 0; series < SAMPLES; series++) {
        builder.series(labels(request, series));
        long time = 1_700_000_000_000L + series;
        if (histograms) {
          builder.histogram(time, histogram(random));
        } else {
          builder.sample(time, random.nextInt(1_000_000) / 8.0);
        }
      }
      block = builder.build();
      payloads[request] = encode();
      block = warm.decode(raw(payloads[request]));
    }
  }

  private Decoder<SampleBlock> decoder(int rememberedSeries) {
    return version == 1
        ? new RemoteWriteDecoder(DecoderLimits.DEFAULTS, rememberedSeries)
        : new RemoteWrite2Decoder(DecoderLimits.DEFAULTS, rememberedSeries);
  }

  private static Histogram histogram(Random random) {
    int[] indexes = new int[8];
    double[] counts = new double[indexes.length];
    int total = 0;
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = i - 4;
      counts[i] = 1 + random.nextInt(1000);
      total += (int) counts[i];
    }
    return new Histogram(
        ResetHint.UNKNOWN,
        3,
        1e-128,
        0,
        total,
        total * 0.5,
        Buckets.of(indexes, counts, indexes.length),
        Buckets.EMPTY,
        new double[0]);
  }

  private static Labels labels(int request, int series) {
    return Labels.of(
        "__name__",
        "node_network_receive_bytes_total_" + series % 200,
        "cluster",
        "production-eu-west-1",
        "device",
        "eth" + series % 4,
        "env",
        "production",
        "instance",
        "10.12." + request + "." + series / 8 + ":9100",
        "job",
        "node-exporter",
        "namespace",
        "monitoring",
        "node",
        "ip-10-12-" + request + "-" + series / 8 + ".eu-west-1.compute.internal",
        "pod",
        "node-exporter-" + Integer.toHexString(series * 7919 + request),
        "region",
        "eu-west-1");
  }

  private static RawRecord raw(byte[] payload) {
    return new RawRecord(
        "a-tenant", Encoding.PROMETHEUS_REMOTE_WRITE, 0, null, payload, Origin.NONE);
  }

  /** Decodes series that were seen before, as nearly all are. */
  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public SampleBlock decodeKnownSeries() throws MalformedPayloadException {
    next = (next + 1) % payloads.length;
    return warm.decode(raw(payloads[next]));
  }

  /** Decodes series none of which was seen before, as after a restart. */
  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public SampleBlock decodeNewSeries() throws MalformedPayloadException {
    next = (next + 1) % payloads.length;
    return decoder(SAMPLES).decode(raw(payloads[next]));
  }

  /** Encodes a request. */
  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public byte[] encode() {
    return version == 1
        ? new RemoteWriteEncoder().encode(block)
        : new RemoteWrite2Encoder().encode(block);
  }
}
