package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.model.RawRecord;

/** Finds out for whom a push is: the header {@code X-Scope-OrgID}, as in Loki, Tempo and Mimir. */
final class Tenants {

  private static final String HEADER = "x-scope-orgid";
  private static final int MAX_LENGTH = 150;
  private static final String PUNCTUATION = "!-_.*'()";

  private final boolean enabled;

  Tenants(boolean enabled) {
    this.enabled = enabled;
  }

  String of(RequestHeaders headers) throws Refusal {
    String tenant = headers.get(HEADER);
    if (!enabled || tenant == null) {
      return RawRecord.ANONYMOUS;
    }
    boolean valid =
        !tenant.isEmpty()
            && tenant.length() <= MAX_LENGTH
            && !tenant.equals(".")
            && !tenant.equals("..")
            && tenant.chars().allMatch(Tenants::isAllowed);
    if (!valid) {
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

  private static boolean isAllowed(int character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || PUNCTUATION.indexOf(character) >= 0;
  }
}
