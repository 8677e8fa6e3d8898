package dev.guanlan.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import dev.guanlan.gateway.push.Permission;
import dev.guanlan.gateway.push.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAdmissionTest {

  private static final String BCRYPT =
      BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, "pass:word".toCharArray());

  private static final Clients CLIENTS =
      parse(
          """
          clients:
            - name: shop
              token: sha256:%s
              tenants: [shop, shop-staging]
            - name: prometheus
              user: prometheus
              password: %s
              tenants: ["*"]
              default_tenant: infrastructure
            - { "name": "plain", "user": "plain", "password": "as it is", "tenants": ["a"] }
          """
              .formatted(hex("shop-token"), BCRYPT));

  private static String hex(String secret) {
    return HexFormat.of().formatHex(Secret.sha256(secret.getBytes(StandardCharsets.UTF_8)));
  }

  private static Clients parse(String yaml) {
    return Clients.parse(yaml.getBytes(StandardCharsets.UTF_8));
  }

  private static RequestHeaders headers(String authorization, String tenant) {
    RequestHeadersBuilder headers = RequestHeaders.builder(HttpMethod.POST, "/");
    if (!authorization.isEmpty()) {
      headers.add("authorization", authorization);
    }
    return tenant.isEmpty() ? headers.build() : headers.add("x-scope-orgid", tenant).build();
  }

  private static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Nested
  class LetsIn {

    private final ClientAdmission admission = new ClientAdmission(() -> CLIENTS, true);

    @Test
    void aTokenForItsTenantsAndItsFirstByDefault() throws Refusal {
      assertThat(admission.tenantOf(headers("Bearer shop-token", ""), Permission.PUSH))
          .isEqualTo("shop");
      assertThat(admission.tenantOf(headers("bearer shop-token", "shop-staging"), Permission.PUSH))
          .isEqualTo("shop-staging");
    }

    @Test
    void aPasswordByBcryptOnceSlowlyAndThenFast() throws Refusal {
      RequestHeaders headers = headers(basic("prometheus", "pass:word"), "any");
      assertThat(admission.isSlow(headers)).isTrue();
      assertThat(admission.tenantOf(headers, Permission.PUSH)).isEqualTo("any");
      assertThat(admission.isSlow(headers)).isFalse();
      assertThat(admission.tenantOf(headers(basic("prometheus", "pass:word"), ""), Permission.PUSH))
          .isEqualTo("infrastructure");
      assertThat(admission.isSlow(headers(basic("prometheus", "other"), ""))).isTrue();
    }

    @Test
    void aPasswordThatStandsInTheFile() throws Refusal {
      assertThat(admission.tenantOf(headers(basic("plain", "as it is"), ""), Permission.PUSH))
          .isEqualTo("a");
    }

    @Test
    void everybodyAsAnonymousWithoutTenancyButOnlyIfKnown() throws Refusal {
      ClientAdmission untenanted = new ClientAdmission(() -> CLIENTS, false);
      assertThat(untenanted.tenantOf(headers("Bearer shop-token", "other"), Permission.PUSH))
          .isEqualTo("anonymous");
      assertThatThrownBy(() -> untenanted.tenantOf(headers("", ""), Permission.PUSH))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.reason().status()).isEqualTo(401));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "Bearer",
          "Bearer ",
          "Bearer shop-tokeN",
          "Basic",
          "Basic !!!",
          "Basic c2hvcA==",
          "Digest shop-token",
          "shop-token"
        })
    void nobodyElse(String authorization) {
      assertThatThrownBy(() -> admission.tenantOf(headers(authorization, "shop"), Permission.PUSH))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.reason().status()).isEqualTo(401))
          .hasMessageNotContaining("shop");
      assertThatThrownBy(() -> admission.check(headers(basic("prometheus", "wrong"), "")))
          .isInstanceOf(Refusal.class);
      assertThatThrownBy(() -> admission.check(headers(basic("nobody", "as it is"), "")))
          .isInstanceOf(Refusal.class);
    }

    @Test
    void nobodyForAForeignTenant() {
      assertThatThrownBy(
              () ->
                  admission.tenantOf(
                      headers("Bearer shop-token", "infrastructure"), Permission.PUSH))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.reason().status()).isEqualTo(403))
          .hasMessageContaining("\"shop\"")
          .hasMessageContaining("\"infrastructure\"");
    }
  }

  @Nested
  class RefusesAFile {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "clients: []",
          "clients: my-secret",
          "- my-secret",
          "clients: [my-secret]",
          "clients: [{name: a, token: my-secret}]",
          "clients: [{name: a, tenants: [a]}]",
          "clients: [{name: a, token: my-secret, tenants: [a/b]}]",
          "clients: [{name: a, token: my-secret, user: u, tenants: [a]}]",
          "clients: [{name: a, user: u, tenants: [a]}]",
          "clients: [{name: a, token: 'sha256:my-secret', tenants: [a]}]",
          "clients: [{name: a, token: '$2y$my-secret', tenants: [a]}]",
          "clients: [{name: a, token: my-secret, tenants: [a], default_tenant: b}]",
          "clients: [{name: a, token: my-secret, tenants: [a], may: [push, my-secret]}]",
          "clients: [{name: a, token: my-secret, tenants: [a], my-secret9: b}]",
          "clients: [{name: a, token: x, tenants: [a]}, {name: a, token: y, tenants: [a]}]",
          "clients: [{name: a, token: x, tenants: [a]}, {name: b, token: x, tenants: [a]}]",
          "clients: [{name: a, token: 12345678, tenants: [a]}]",
          "clients: [{name: a, token: 'my-secret, tenants: [a]}]"
        })
    void thatMakesNoSenseWithoutSayingWhatIsInIt(String yaml) {
      assertThatThrownBy(() -> parse(yaml))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("my-secret")
          .hasMessageNotContaining("12345678");
    }

    @Test
    void becauseATokenIsBcryptWhichCannotBeLookedUp() {
      assertThatThrownBy(() -> parse("clients: [{name: a, token: '" + BCRYPT + "', tenants: [a]}]"))
          .hasMessageContaining("clients[0].token cannot be bcrypt");
    }
  }
}
