package dev.guanlan.connector.alertmanager;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Says who we are to Alertmanagers, and whom we believe to be one. Holds the paths of files, not
 * what is in them: it travels with the job graph.
 *
 * @param user who logs in with a password; null for nobody
 * @param passwordFile file with that user's password; null for none
 * @param tokenFile file with a bearer token; null for none
 * @param caFile PEM file with the certificates of the authorities that sign Alertmanagers'; null
 *     for those that Java knows
 */
record Access(
    @Nullable String user,
    @Nullable String passwordFile,
    @Nullable String tokenFile,
    @Nullable String caFile)
    implements Serializable {

  /** Nobody in particular. */
  static final Access ANONYMOUS = new Access(null, null, null, null);
}
