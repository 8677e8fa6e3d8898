package dev.guanlan.topology;

/**
 * Names the types of entities, where there is one by the namespace of OpenTelemetry's semantic
 * conventions. The names are part of ids and never change; an inventory may bring others.
 */
public final class EntityType {

  /** A logical service, however many instances run. */
  public static final String SERVICE = "service";

  /** One running instance of a service. */
  public static final String SERVICE_INSTANCE = "service.instance";

  /** A Kubernetes cluster. */
  public static final String CLUSTER = "k8s.cluster";

  /** A Kubernetes namespace. */
  public static final String NAMESPACE = "k8s.namespace";

  /** A Kubernetes deployment. */
  public static final String DEPLOYMENT = "k8s.deployment";

  /** A Kubernetes stateful set. */
  public static final String STATEFULSET = "k8s.statefulset";

  /** A Kubernetes daemon set. */
  public static final String DAEMONSET = "k8s.daemonset";

  /** A Kubernetes job. */
  public static final String JOB = "k8s.job";

  /** A Kubernetes cron job. */
  public static final String CRONJOB = "k8s.cronjob";

  /** A Kubernetes pod. */
  public static final String POD = "k8s.pod";

  /** A Kubernetes node. */
  public static final String NODE = "k8s.node";

  /** A machine, real or virtual. */
  public static final String HOST = "host";

  /** A container. */
  public static final String CONTAINER = "container";

  /** Something that a cloud's inventory lists: an instance, a database, a load balancer. */
  public static final String CLOUD_RESOURCE = "cloud.resource";

  /** An account, project or subscription of a cloud. */
  public static final String CLOUD_ACCOUNT = "cloud.account";

  /** Who answers for something. */
  public static final String TEAM = "team";

  /** A database that is called and sends no telemetry itself. */
  public static final String DATABASE = "database";

  /** A queue or topic that messages are sent to and nobody was seen to take them from. */
  public static final String QUEUE = "queue";

  /** Anything else that is called and sends no telemetry itself. */
  public static final String EXTERNAL = "external";

  private EntityType() {}
}
