package dev.guanlan.codec.otlp;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.SpanBlock.ResourceSpans;
import java.util.ArrayList;
import java.util.List;

/** Decodes OTLP trace requests. A span needs a trace id and a span id. */
public final class OtlpSpansDecoder implements Decoder<SpanBlock> {

  private final OtlpInput input;
  private final SpanReader spans;
  private final AttributesReader attributes;
  private final RequestWalk walk;

  /** Makes a decoder. */
  public OtlpSpansDecoder(DecoderLimits limits) {
    input = new OtlpInput(limits);
    attributes = new AttributesReader(input);
    spans = new SpanReader(input, attributes);
    walk = new RequestWalk(input, attributes);
  }

  @Override
  public SpanBlock decode(RawRecord raw) throws MalformedPayloadException {
    Groups groups = new Groups(raw.receivedAtMillis() * 1_000_000);
    try {
      input.open(raw);
      walk.walk(groups);
    } finally {
      input.close();
      attributes.clear();
    }
    return new SpanBlock(raw.tenant(), raw.origin(), List.copyOf(groups.done));
  }

  private final class Groups implements RequestWalk.Visitor {
    final List<ResourceSpans> done = new ArrayList<>();
    private final long receivedNanos;
    private Labels resource = Labels.EMPTY;
    private String scope = "";
    private List<Span> read = new ArrayList<>();

    Groups(long receivedNanos) {
      this.receivedNanos = receivedNanos;
    }

    @Override
    public void resource(Labels attributesOfResource) {
      resource = attributesOfResource;
    }

    @Override
    public void scope(String name) {
      scope = name;
    }

    @Override
    public void item() throws MalformedPayloadException {
      read.add(spans.read(receivedNanos));
    }

    @Override
    public void endScope() {
      if (!read.isEmpty()) {
        done.add(new ResourceSpans(resource, scope, List.copyOf(read)));
        read = new ArrayList<>();
      }
    }

    @Override
    public void endResource() {}
  }
}
