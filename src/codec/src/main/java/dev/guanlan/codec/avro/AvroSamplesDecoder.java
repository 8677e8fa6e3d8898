package dev.guanlan.codec.avro;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.schema.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Decodes {@code Sample} records. Samples of one series that follow each other stay together. */
public final class AvroSamplesDecoder implements Decoder<SampleBlock> {

  private final RecordWalk walk;

  private AvroSamplesDecoder(DecoderLimits limits, boolean only) {
    walk = new RecordWalk(limits, Sample.class, only);
  }

  /** Makes a decoder that passes over records of other types. */
  public static AvroSamplesDecoder ofMixed(DecoderLimits limits) {
    return new AvroSamplesDecoder(limits, false);
  }

  /** Makes a decoder that takes samples only. */
  public static AvroSamplesDecoder only(DecoderLimits limits) {
    return new AvroSamplesDecoder(limits, true);
  }

  @Override
  public SampleBlock decode(RawRecord raw) throws MalformedPayloadException {
    List<Sample> samples = new ArrayList<>();
    String tenant = walk.walk(raw, record -> samples.add((Sample) record));
    SampleBlock.Builder block = SampleBlock.builder(tenant, raw.origin());
    Map<String, String> latest = Map.of();
    for (Sample sample : samples) {
      if (block.seriesCount() == 0 || !sample.getLabels().equals(latest)) {
        latest = sample.getLabels();
        block.series(Labels.of(latest));
      }
      block.sample(sample.getTimestampMillis(), sample.getValue());
    }
    return block.build();
  }
}
