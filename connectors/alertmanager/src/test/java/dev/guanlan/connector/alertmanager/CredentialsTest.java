package dev.guanlan.connector.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Credentials")
final class CredentialsTest {

  @TempDir private Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("secret"), content);
  }

  private static Access password(Path file) {
    return new Access("me", file.toString(), null, null);
  }

  private static Access token(Path file) {
    return new Access(null, null, file.toString(), null);
  }

  @Test
  void areNoneForNobody() throws IOException {
    assertThat(Credentials.open(Access.ANONYMOUS).header()).isNull();
  }

  @Test
  void areUserAndPassword() throws IOException {
    String header = Credentials.open(password(file("öpen sesame\n"))).header();
    assertThat(header).startsWith("Basic ");
    assertThat(
            new String(
                Base64.getDecoder().decode(header.substring("Basic ".length())),
                StandardCharsets.UTF_8))
        .isEqualTo("me:öpen sesame");
  }

  @Test
  void areAToken() throws IOException {
    assertThat(Credentials.open(token(file("abc.DEF-12==\n"))).header())
        .isEqualTo("Bearer abc.DEF-12==");
  }

  @Test
  void areReadAgainAndKeptWhileTheirFileIsGone() throws IOException {
    Credentials credentials = Credentials.open(token(file("old")));
    file("new");
    credentials.refresh();
    assertThat(credentials.header()).isEqualTo("Bearer new");
    Files.delete(folder.resolve("secret"));
    credentials.refresh();
    assertThat(credentials.header()).isEqualTo("Bearer new");
  }

  @Test
  void stopTheStartWithoutTheirFile() {
    assertThatThrownBy(() -> Credentials.open(password(folder.resolve("none"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("The password for Alertmanager cannot be read")
        .hasMessageContaining("none")
        .hasMessageContaining("make it readable here");
  }

  @Test
  void areNotShownWhereTheyCannotBe() throws IOException {
    Path file = file("two words");
    assertThatThrownBy(() -> Credentials.open(token(file)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds no bearer token")
        .hasMessageNotContaining("two words");
  }
}
