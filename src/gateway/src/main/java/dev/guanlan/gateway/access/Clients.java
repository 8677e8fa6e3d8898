package dev.guanlan.gateway.access;

import dev.guanlan.gateway.file.Section;
import dev.guanlan.gateway.push.Permission;
import dev.guanlan.gateway.push.Tenants;
import dev.guanlan.model.RawRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows everybody who is let in, from a file such as
 *
 * <pre>
 * clients:
 *   - name: shop
 *     token: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
 *     tenants: [shop, shop-staging]
 *   - name: prometheus
 *     user: prometheus
 *     password: $2y$10$…
 *     tenants: ["*"]
 *     default_tenant: infrastructure
 *     may: [push, rules]
 * </pre>
 */
public final class Clients {

  private static final Logger LOG = LoggerFactory.getLogger(Clients.class);
  private static final Set<String> FIELDS =
      Set.of("name", "token", "user", "password", "tenants", "default_tenant", "may");

  private final Map<String, Client> byToken = new HashMap<>();
  private final Map<String, Client> byUser = new HashMap<>();

  private Clients() {}

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it makes no sense; the message holds no secret
   */
  public static Clients parse(byte[] content) {
    Clients clients = new Clients();
    Set<String> names = new HashSet<>();
    List<String> plain = new ArrayList<>();
    List<Section> entries = Section.parse(content).only(Set.of("clients")).sections("clients");
    for (Section entry : entries) {
      Client client = clients.add(entry.only(FIELDS));
      if (!names.add(client.name())) {
        throw new IllegalArgumentException(
            entry.place() + ".name is that of another client; names must differ");
      }
      if (client.secret().isPlain()) {
        plain.add(client.name());
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("it has no clients, so that nobody could push; list them");
    }
    if (!plain.isEmpty()) {
      LOG.warn(
          "The secrets of the clients {} stand in the file as they are; write sha256: and the"
              + " digest instead (printf %s SECRET | sha256sum)",
          plain);
    }
    return clients;
  }

  private Client add(Section entry) {
    String place = entry.place();
    String name = required(entry, "name");
    String token = entry.text("token");
    String user = entry.text("user");
    String password = entry.text("password");
    if (token == null ? user == null || password == null : user != null || password != null) {
      throw new IllegalArgumentException(
          place + " must have either a token, or a user and a password");
    }
    Secret secret =
        Secret.parse(
            token == null ? String.valueOf(password) : token,
            place + (token == null ? ".password" : ".token"));
    List<String> tenants = tenants(entry);
    String defaultTenant = defaultTenant(entry, tenants);
    Client client =
        new Client(name, permissions(entry), Set.copyOf(tenants), defaultTenant, secret);
    Client same;
    if (token != null) {
      byte[] digest = secret.digest();
      if (digest == null) {
        throw new IllegalArgumentException(
            place + ".token cannot be bcrypt, which has to be tried one by one; use sha256:");
      }
      same = byToken.put(HexFormat.of().formatHex(digest), client);
    } else {
      same = byUser.put(String.valueOf(user), client);
    }
    if (same != null) {
      throw new IllegalArgumentException(
          place + " has the token or user of another client; each may occur once");
    }
    return client;
  }

  private static List<String> tenants(Section entry) {
    List<String> tenants = entry.texts("tenants");
    for (String tenant : tenants) {
      if (!tenant.equals(Client.ANY) && !Tenants.isName(tenant)) {
        throw new IllegalArgumentException(
            entry.place()
                + ".tenants has what is no tenant's name; use a-z A-Z 0-9 ! - _ . * ' ( )");
      }
    }
    if (tenants.isEmpty()) {
      throw new IllegalArgumentException(
          entry.place() + " must have tenants, which may be [\"*\"] for all");
    }
    return tenants;
  }

  /** Reads what a client may; to push, if it does not say. */
  private static Set<Permission> permissions(Section entry) {
    Set<Permission> permissions = EnumSet.noneOf(Permission.class);
    for (String text : entry.texts("may")) {
      permissions.add(
          Arrays.stream(Permission.values())
              .filter(permission -> permission.text().equals(text))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          entry.place() + ".may has what is not known; list push, rules or both")));
    }
    return permissions.isEmpty() ? EnumSet.of(Permission.PUSH) : permissions;
  }

  private static String defaultTenant(Section entry, List<String> tenants) {
    String chosen = entry.text("default_tenant");
    if (chosen == null) {
      return tenants.get(0).equals(Client.ANY) ? RawRecord.ANONYMOUS : tenants.get(0);
    }
    if (!tenants.contains(chosen) && !(tenants.contains(Client.ANY) && Tenants.isName(chosen))) {
      throw new IllegalArgumentException(
          entry.place() + ".default_tenant must be one of the client's tenants");
    }
    return chosen;
  }

  private static String required(Section entry, String name) {
    String text = entry.text(name);
    if (text == null) {
      throw new IllegalArgumentException(entry.place() + " must have a " + name);
    }
    return text;
  }

  /** Returns the client whose token this is, or null. */
  @Nullable Client withToken(String token) {
    byte[] presented = token.getBytes(StandardCharsets.UTF_8);
    Client client = byToken.get(HexFormat.of().formatHex(Secret.sha256(presented)));
    return client != null && client.secret().is(presented) ? client : null;
  }

  /** Returns the client of this user name, whatever its password; null if there is none. */
  @Nullable Client ofUser(String user) {
    return byUser.get(user);
  }
}
