package dev.guanlan.codec.otlp;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Decodes only the resources of an OTLP request: their attributes, in OpenTelemetry's spelling,
 * each resource once. The scopes are passed over. Serves metrics, logs and traces, whose requests
 * hold their resources in the same place.
 */
public final class OtlpResourcesDecoder implements Decoder<List<Labels>> {

  private final OtlpInput input;
  private final RequestWalk walk;

  /** Makes a decoder. */
  public OtlpResourcesDecoder(DecoderLimits limits) {
    input = new OtlpInput(limits);
    walk = new RequestWalk(input, new AttributesReader(input));
  }

  @Override
  public List<Labels> decode(RawRecord raw) throws MalformedPayloadException {
    Set<Labels> resources = new LinkedHashSet<>();
    try {
      input.open(raw);
      walk.walkResources(
          attributes -> {
            input.countEntry();
            resources.add(attributes);
          });
    } finally {
      input.close();
    }
    return List.copyOf(resources);
  }
}
