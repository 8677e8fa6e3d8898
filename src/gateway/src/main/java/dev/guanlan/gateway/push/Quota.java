package dev.guanlan.gateway.push;

/** Says what one tenant may push, and how many rules it may have. */
public interface Quota {

  /** Returns how large a body may be as sent. */
  SizeLimit body();

  /** Returns how large a body may be decompressed. */
  SizeLimit decompressed();

  /**
   * Takes a body's bytes, as sent, from the tenant's rate.
   *
   * @return judges what the body holds, and takes it from the tenant's rate
   * @throws Refusal if the tenant has sent too many of late
   */
  Inspection admit(int bytes) throws Refusal;

  /**
   * Checks how many rules a group is to have.
   *
   * @throws Refusal if these are too many
   */
  void ruleGroup(String name, int rules) throws Refusal;

  /**
   * Checks how many rule groups the tenant is to have.
   *
   * @throws Refusal if these are too many
   */
  void ruleGroups(int groups) throws Refusal;
}
