package dev.guanlan.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A failure")
final class FailureKindTest {

  @ParameterizedTest(name = "{3} is {4}")
  @CsvSource({
    "0,   0,   connection refused,                       no answer,                RETRYABLE",
    "252, 500, Too many parts (300) in table,            merges that lag,          RETRYABLE",
    "252, 500, Too many partitions for single INSERT block, a batch of many days,  POISON",
    "241, 500, memory limit exceeded,                    a server without memory,  RETRYABLE",
    "202, 500, Too many simultaneous queries,            a busy server,            RETRYABLE",
    "0,   503, unavailable,                              a proxy without server,   RETRYABLE",
    "0,   429, slow down,                                a proxy that throttles,   RETRYABLE",
    "9999,500, something new,                            an unknown code,          RETRYABLE",
    "33,  400, Cannot read all data,                     a row cut short,          POISON",
    "117, 400, Incorrect data,                           a value out of place,     POISON",
    "691, 400, Unknown element of enum,                  a kind nobody knows,      POISON",
    "469, 400, Constraint violated,                      a broken constraint,      POISON",
    "60,  404, Table does not exist,                     a missing table,          FATAL",
    "81,  404, Database does not exist,                  a missing database,       FATAL",
    "516, 403, Authentication failed,                    a wrong password,         FATAL",
    "497, 403, Not enough privileges,                    a missing grant,          FATAL",
    "0,   404, not found,                                another server's 404,     FATAL"
  })
  void isClassed(int code, int status, String message, String what, FailureKind kind) {
    assertThat(FailureKind.of(code, status, message)).as(what).isEqualTo(kind);
  }
}
