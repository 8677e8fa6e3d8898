package dev.guanlan.gateway.access;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.gateway.push.Admission;
import dev.guanlan.gateway.push.Permission;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.gateway.push.Tenants;
import dev.guanlan.model.RawRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets in the clients of a file, each for its own tenants only. */
public final class ClientAdmission implements Admission {

  private static final String BEARER = "bearer ";
  private static final String BASIC = "basic ";

  private final Supplier<Clients> clients;
  private final boolean tenancy;

  // bcrypt is made to be slow: one at a time leaves the other processors to who is known already.
  private final Semaphore slow = new Semaphore(1);

  /**
   * Makes the admission.
   *
   * @param clients who is let in, as of now
   * @param tenancy whether there are tenants; everything is the tenant anonymous's without
   */
  public ClientAdmission(Supplier<Clients> clients, boolean tenancy) {
    this.clients = clients;
    this.tenancy = tenancy;
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared, and never shown.
  private record Basic(String user, byte[] password) {}

  @Override
  public boolean isSlow(RequestHeaders headers) {
    Basic basic = basic(headers.get(HttpHeaderNames.AUTHORIZATION, ""));
    Client client = basic == null ? null : clients.get().ofUser(basic.user);
    return basic != null && client != null && client.secret().isSlow(basic.password);
  }

  @Override
  public String tenantOf(RequestHeaders headers, Permission permission) throws Refusal {
    Client client = identify(headers);
    if (!client.permissions().contains(permission)) {
      throw new Refusal(
          Refusal.Reason.FORBIDDEN,
          "the client %s may not %s; add %s to what it may, in the gateway's --auth-file"
              .formatted(Excerpt.of(client.name()), permission.deed(), permission.text()));
    }
    if (!tenancy) {
      return RawRecord.ANONYMOUS;
    }
    String named = Tenants.named(headers);
    if (named == null) {
      return client.defaultTenant();
    }
    if (!client.isOf(named)) {
      throw new Refusal(
          Refusal.Reason.FORBIDDEN,
          "the client "
              + Excerpt.of(client.name())
              + " may do nothing for the tenant "
              + Excerpt.of(named)
              + "; send X-Scope-OrgID with one of its own, or none");
    }
    return named;
  }

  /**
   * Checks that somebody known sends a request, for whatever it is.
   *
   * @throws Refusal if not
   */
  public void check(RequestHeaders headers) throws Refusal {
    identify(headers);
  }

  private Client identify(RequestHeaders headers) throws Refusal {
    String authorization = headers.get(HttpHeaderNames.AUTHORIZATION, "");
    Client client = null;
    if (authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      client = clients.get().withToken(authorization.substring(BEARER.length()).strip());
    } else {
      Basic basic = basic(authorization);
      Client named = basic == null ? null : clients.get().ofUser(basic.user);
      if (basic != null && named != null && isPassword(named.secret(), basic.password)) {
        client = named;
      }
    }
    if (client == null) {
      throw new Refusal(
          Refusal.Reason.UNAUTHENTICATED,
          authorization.isEmpty()
              ? "the request has no Authorization; send a bearer token, or user and password"
              : "the token, or user and password, is nobody's; check it against the gateway's"
                  + " --auth-file");
    }
    return client;
  }

  private boolean isPassword(Secret secret, byte[] password) throws Refusal {
    if (!secret.isSlow(password)) {
      return secret.is(password);
    }
    if (!slow.tryAcquire()) {
      throw new Refusal(
          Refusal.Reason.OVERLOADED,
          "another password is being checked; send again a little later",
          Duration.ofSeconds(1));
    }
    try {
      return secret.is(password);
    } finally {
      slow.release();
    }
  }

  /** Reads user and password as RFC 7617 has them; null if these are none. */
  private static @Nullable Basic basic(String authorization) {
    if (!authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return null;
    }
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(authorization.substring(BASIC.length()).strip());
    } catch (IllegalArgumentException e) {
      return null;
    }
    String text = new String(decoded, StandardCharsets.UTF_8);
    int colon = text.indexOf(':');
    return colon < 0
        ? null
        : new Basic(
            text.substring(0, colon), text.substring(colon + 1).getBytes(StandardCharsets.UTF_8));
  }
}
