package dev.guanlan.connector.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("An answer of Alertmanager")
final class AnswerTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "200, TAKEN",
    "202, TAKEN",
    "204, TAKEN",
    "400, REFUSED",
    "413, REFUSED",
    "422, REFUSED",
    "301, LATER",
    "401, LATER",
    "403, LATER",
    "404, LATER",
    "405, LATER",
    "408, LATER",
    "415, LATER",
    "429, LATER",
    "500, LATER",
    "502, LATER",
    "503, LATER",
    "504, LATER",
  })
  void isClassed(int status, Answer.Verdict verdict) {
    assertThat(Answer.of(status, "", null, NOON).verdict()).isEqualTo(verdict);
  }

  @Test
  void isTriedAgainWhereThereIsNone() {
    Answer none = Answer.none(new ConnectException("refused"));
    assertThat(none.verdict()).isEqualTo(Answer.Verdict.LATER);
    assertThat(none.reason()).contains("refused");
  }

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "17, PT17S",
    "'Thu, 01 Jan 2026 12:00:05 GMT', PT5S",
    "'Thu, 01 Jan 2026 11:00:00 GMT', PT0S",
    "soon,",
    "-1,",
    "99999999999999999999,",
  })
  void saysWhenToComeAgain(String header, Duration wait) {
    assertThat(Answer.of(503, "", header, NOON).retryAfter()).isEqualTo(wait);
  }

  @Test
  void isShownInOneLineOfBoundedLength() {
    assertThat(Answer.of(400, "no\n" + "x".repeat(1000), null, NOON).reason())
        .startsWith("status 400: no xx")
        .hasSizeLessThan(330);
  }
}
