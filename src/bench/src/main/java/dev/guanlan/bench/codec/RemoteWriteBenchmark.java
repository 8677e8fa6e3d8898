package dev.guanlan.bench.codec;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.remotewrite.RemoteWriteDecoder;
import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
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
  private static final int REQUESTS = 16;

  /** How many samples in turn a series has in a request: 1 as sent live, 10 as after a pause. */
  @Param({"1", "10"})
  public int samplesASeries;

  private final byte[][] payloads = new byte[REQUESTS][];
  private final RemoteWriteEncoder encoder = new RemoteWriteEncoder();
  private RemoteWriteDecoder warm = new RemoteWriteDecoder(DecoderLimits.DEFAULTS);
  private SampleBlock block = SampleBlock.builder("", Origin.NONE).build();
  private int next;

  /** Writes as many requests as a sender of 32,000 series cycles through. */
  @Setup
  public void write() throws MalformedPayloadException {
    Random random = new Random(1);
    warm = new RemoteWriteDecoder(DecoderLimits.DEFAULTS);
    for (int request = 0; request < REQUESTS; request++) {
      SampleBlock.Builder builder = SampleBlock.builder("", Origin.NONE);
      for (int series = 0; series < SAMPLES / samplesASeries; series++) {
        builder.series(labels(request, series));
        for (int i = 0; i < samplesASeries; i++) {
          builder.sample(
              1_700_000_000_000L + 15_000L * i + series, random.nextInt(1_000_000) / 8.0);
        }
      }
      block = builder.build();
      payloads[request] = encoder.encode(block);
      block = warm.decode(raw(payloads[request]));
    }
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
    next = (next + 1) % REQUESTS;
    return warm.decode(raw(payloads[next]));
  }

  /** Decodes series none of which was seen before, as after a restart. */
  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public SampleBlock decodeNewSeries() throws MalformedPayloadException {
    next = (next + 1) % REQUESTS;
    return new RemoteWriteDecoder(DecoderLimits.DEFAULTS, SAMPLES).decode(raw(payloads[next]));
  }

  /** Encodes a request. */
  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public byte[] encode() {
    return encoder.encode(block);
  }
}
