package dev.guanlan.local.stack.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A program's version")
class ProgramVersionTest {

  @Test
  void isReadFromWhatItSays() {
    assertThat(ProgramVersion.parse("alertmanager, version 0.25.0 (branch: debian/sid, rev"))
        .isEqualTo("0.25.0");
    assertThat(ProgramVersion.parse("prometheus, version 2.42.0+ds (branch: debian/sid"))
        .isEqualTo("2.42.0+ds");
    assertThat(ProgramVersion.parse("segmentation fault")).isEqualTo("unknown version");
  }

  @Test
  void isNotKnownBeforeTheProgramIsHere() {
    DebianProgram nowhere = new DebianProgram("nowhere", "usr/bin/nowhere", List.of("no-where"));

    assertThat(new ProgramVersion(nowhere, new Cache(Path.of("nowhere"))).get())
        .isEqualTo(ProgramVersion.UNKNOWN);
  }
}
