package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.model.RawRecord;
import org.jspecify.annotations.Nullable;

/** Finds out for whom a push is: the header {@code X-Scope-OrgID}, as in Loki, Tempo and Mimir. */
public final class Tenants implements Admission {

  private static final String HEADER = "x-scope-orgid";
  private static final int MAX_LENGTH = 150;
  private static final String PUNCTUATION = "!-_.*'()";

  private final boolean enabled;

  /** Makes the admission of everybody, by the header only if {@code enabled}. */
  public Tenants(boolean enabled) {
    this.enabled = enabled;
  }

  @Override
  public String tenantOf(RequestHeaders headers, Permission permission) throws Refusal {
    String tenant = enabled ? named(headers) : null;
    return tenant == null ? RawRecord.ANONYMOUS : tenant;
  }

  /**
   * Returns the tenant that a request names, or null if it names none.
   *
   * @throws Refusal if what it names is no name
   */
  public static @Nullable String named(RequestHeaders headers) throws Refusal {
    String tenant = headers.get(HEADER);
    if (tenant != null && !isName(tenant)) {
      throw new Refusal(
          Refusal.Reason.TENANT,
          "the header X-Scope-OrgID holds no tenant name: "
              + Excerpt.of(tenant)
              + "; send 1 to "
              + MAX_LENGTH
              + " of the characters a-z A-Z 0-9 ! - _ . * ' ( )");
    }
    return tenant;
  }

  /** Returns whether a text can be a tenant's name. */
  public static boolean isName(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_LENGTH
        && !text.equals(".")
        && !text.equals("..")
        && text.chars().allMatch(Tenants::isAllowed);
  }

  private static boolean isAllowed(int character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || PUNCTUATION.indexOf(character) >= 0;
  }
}
