package dev.guanlan.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.otlp.OtlpLogsDecoder;
import dev.guanlan.codec.otlp.OtlpSpansDecoder;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtlpFileTest {

  private static final long END = 1_700_000_000_000L;

  @TempDir private Path folder;

  private static RawRecord raw(RequestFile.Request request) {
    return new RawRecord("", Encoding.OTLP_PROTO, 0, null, request.body(), Origin.NONE);
  }

  @Test
  void linesCanBeDecodedAndAreAsManyAsAskedFor() throws Exception {
    RequestFile file = new OtlpFile(1, END).writeLines(folder.resolve("lines"), 1_234);
    OtlpLogsDecoder decoder = new OtlpLogsDecoder(DecoderLimits.DEFAULTS);
    int lines = 0;
    try (RequestFile.Reader reader = file.open()) {
      while (reader.hasNext()) {
        lines += decoder.decode(raw(reader.next())).resources().get(0).entries().size();
      }
    }
    assertThat(lines).isEqualTo(1_234);
    assertThat(file.entries()).isEqualTo(1_234);
    assertThat(file.requests()).isEqualTo(3);
  }

  @Test
  void spansCanBeDecodedAndAreAsManyAsAskedFor() throws Exception {
    RequestFile file = new OtlpFile(1, END).writeSpans(folder.resolve("spans"), 777);
    OtlpSpansDecoder decoder = new OtlpSpansDecoder(DecoderLimits.DEFAULTS);
    int spans = 0;
    try (RequestFile.Reader reader = file.open()) {
      while (reader.hasNext()) {
        spans += decoder.decode(raw(reader.next())).resources().get(0).spans().size();
      }
    }
    assertThat(spans).isEqualTo(777);
    assertThat(file.entries()).isEqualTo(777);
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws Exception {
    RequestFile a = new OtlpFile(3, END).writeSpans(folder.resolve("a"), 600);
    RequestFile b = new OtlpFile(3, END).writeSpans(folder.resolve("b"), 600);
    assertThat(Files.mismatch(a.path(), b.path())).isEqualTo(-1);
  }
}
