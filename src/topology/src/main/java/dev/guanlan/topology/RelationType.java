package dev.guanlan.topology;

/** Names the types of relations. The names are part of ids and never change. */
public final class RelationType {

  /** A service sends requests or messages to another, or to something outside. */
  public static final String CALLS = "calls";

  /** A service instance is one of a service's. */
  public static final String INSTANCE_OF = "instance_of";

  /** Something runs on a pod, a node or a host. */
  public static final String RUNS_ON = "runs_on";

  /** Something belongs to a greater whole: a pod to its workload, a namespace to its cluster. */
  public static final String PART_OF = "part_of";

  /** A team answers for it. */
  public static final String OWNED_BY = "owned_by";

  private RelationType() {}
}
