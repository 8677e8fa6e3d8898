package dev.guanlan.gateway.rules;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceBindingBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.guanlan.gateway.push.Answer;
import dev.guanlan.gateway.push.BodyKind;
import dev.guanlan.gateway.push.Door;
import dev.guanlan.gateway.push.Errand;
import dev.guanlan.gateway.push.Quota;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.gateway.push.SizeLimit;
import dev.guanlan.rules.yaml.YamlDocuments;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Serves Mimir's ruler API for configuration, so that mimirtool and Grafana can keep rules here,
 * and with PUT what Mimir has not: a whole rule file as a namespace. Of Loki's it serves that there
 * are no rules.
 *
 * <p>Source: https://grafana.com/docs/mimir/latest/references/http-api/#ruler and
 * https://grafana.com/docs/loki/latest/reference/loki-http-api/#ruler. The bare {@code GET
 * /api/v1/rules} is left to Prometheus' API, where it shows how rules do ({@link RulesApi}), unless
 * the request asks for YAML and for no JSON.
 */
public final class RulerApi {

  /** Where mimirtool asks with old routes, where it and Grafana ask, and Grafana at the root. */
  private static final List<String> PREFIXES =
      List.of("/api/v1/rules", "/prometheus/config/v1/rules", "/config/v1/rules");

  /** Where lokitool asks, and where Grafana asks a data source of the type Loki. */
  private static final List<String> LOKI_PREFIXES =
      List.of("/loki/api/v1/rules", "/api/prom/rules");

  private static final String OF_PROMETHEUS = "/api/v1/rules";
  private static final String NAMESPACE = "namespace";
  private static final String GROUP = "group";

  static final MediaType YAML = MediaType.parse("application/yaml");

  private final RuleErrands errands;
  private final Door door;

  /** Makes the API. */
  public RulerApi(RuleErrands errands, Door door) {
    this.errands = errands;
    this.door = door;
  }

  /** Does something about a tenant's rules. */
  private interface Action {
    Answer run(ServiceRequestContext context, String tenant, Quota quota, byte[] body)
        throws Refusal;
  }

  /** Changes a tenant's rules; returns what is accepted but probably not meant. */
  private interface Change {
    List<String> make(ServiceRequestContext context, String tenant, Quota quota, byte[] body)
        throws Refusal;
  }

  /** Registers every path. */
  public void register(ServerBuilder builder) {
    for (String prefix : PREFIXES) {
      Action all = (context, tenant, quota, body) -> yaml(errands.namespaces(tenant));
      if (prefix.equals(OF_PROMETHEUS)) {
        on(
            builder
                .route()
                .get(prefix)
                .matchesHeaders(HttpHeaderNames.ACCEPT, RulerApi::wantsYamlOnly),
            prefix,
            all);
      } else {
        on(builder, HttpMethod.GET, prefix, all);
      }
      String namespace = prefix + "/{" + NAMESPACE + "}";
      on(
          builder,
          HttpMethod.GET,
          namespace,
          (context, tenant, quota, body) -> yaml(errands.namespace(tenant, namespace(context))));
      onChange(
          builder,
          HttpMethod.POST,
          namespace,
          (context, tenant, quota, body) ->
              errands.setGroup(tenant, quota, namespace(context), RuleErrands.text(body)));
      onChange(
          builder,
          HttpMethod.PUT,
          namespace,
          (context, tenant, quota, body) ->
              errands.setNamespace(tenant, quota, namespace(context), RuleErrands.text(body)));
      onChange(
          builder,
          HttpMethod.DELETE,
          namespace,
          (context, tenant, quota, body) -> {
            errands.deleteNamespace(tenant, namespace(context));
            return List.of();
          });
      String group = namespace + "/{" + GROUP + "}";
      on(
          builder,
          HttpMethod.GET,
          group,
          (context, tenant, quota, body) ->
              yaml(errands.group(tenant, namespace(context), group(context))));
      onChange(
          builder,
          HttpMethod.DELETE,
          group,
          (context, tenant, quota, body) -> {
            errands.deleteGroup(tenant, namespace(context), group(context));
            return List.of();
          });
    }
    LOKI_PREFIXES.forEach(prefix -> registerLoki(builder, prefix));
  }

  /**
   * Registers Loki's ruler API. There are no rules in LogQL as nothing evaluates them, and who
   * brings one is told so: kept, it would be taken for a rule that watches.
   */
  private void registerLoki(ServerBuilder builder, String prefix) {
    String namespace = prefix + "/{" + NAMESPACE + "}";
    String group = namespace + "/{" + GROUP + "}";
    // Loki's words, for which Grafana looks.
    Action none = notFound("no rule groups found");
    on(builder, HttpMethod.GET, prefix, none);
    on(builder, HttpMethod.GET, namespace, none);
    on(builder, HttpMethod.DELETE, namespace, notFound("group namespace does not exist"));
    Action noGroup = notFound("group does not exist");
    on(builder, HttpMethod.GET, group, noGroup);
    on(builder, HttpMethod.DELETE, group, noGroup);
    Action refused =
        (context, tenant, quota, body) -> {
          throw new Refusal(
              Refusal.Reason.MALFORMED,
              "nothing was changed: rules in LogQL cannot be evaluated by this release; rules in"
                  + " PromQL belong to /config/v1/rules/"
                  + namespace(context));
        };
    on(builder, HttpMethod.POST, namespace, refused);
    on(builder, HttpMethod.PUT, namespace, refused);
  }

  private static Action notFound(String message) {
    return (context, tenant, quota, body) -> {
      throw new Refusal(Refusal.Reason.NOT_FOUND, message);
    };
  }

  private void onChange(ServerBuilder builder, HttpMethod method, String path, Change change) {
    on(
        builder,
        method,
        path,
        (context, tenant, quota, body) -> accepted(change.make(context, tenant, quota, body)));
  }

  /** Makes Mimir's answer to what will be so, because it is stored, and is not yet. */
  private static Answer accepted(List<String> warnings) {
    return Answer.of(202, MediaType.JSON, HttpData.wrap(RulesJson.accepted(warnings)));
  }

  private static boolean wantsYamlOnly(String accept) {
    return accept.contains("yaml") && !accept.contains("json");
  }

  private void on(ServerBuilder builder, HttpMethod method, String path, Action action) {
    on(builder.route().methods(method).path(path), path, action);
  }

  private void on(ServiceBindingBuilder route, String path, Action action) {
    route.build(
        (context, request) ->
            door.serve(context, request, new Request(context, request, path, action)));
  }

  private final class Request implements Errand {
    private final ServiceRequestContext context;
    private final HttpRequest request;
    private final String path;
    private final Action action;

    Request(ServiceRequestContext context, HttpRequest request, String path, Action action) {
      this.context = context;
      this.request = request;
      this.path = path;
      this.action = action;
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public SizeLimit body(Quota quota) {
      SizeLimit pushed = quota.body();
      return pushed.bytes() <= YamlDocuments.MAX_CODE_POINTS
          ? pushed
          : new SizeLimit(YamlDocuments.MAX_CODE_POINTS, "the most that is read of rules at once");
    }

    @Override
    public CompletableFuture<Answer> run(String tenant, Quota quota, byte[] body) {
      return errands
          .desk()
          .inTurn(
              () -> {
                if (context.isTimedOut() || context.isCancelled()) {
                  throw new Refusal(
                      Refusal.Reason.INCOMPLETE,
                      "the request was over before it was its turn; send it again");
                }
                if (!BodyKind.contentEncoding(request.headers()).isEmpty()) {
                  throw BodyKind.unsupported(
                      request.headers(), "send rules as they are, without a Content-Encoding");
                }
                return action.run(context, tenant, quota, body);
              });
    }
  }

  private static String namespace(ServiceRequestContext context) {
    return String.valueOf(context.pathParam(NAMESPACE));
  }

  private static String group(ServiceRequestContext context) {
    return String.valueOf(context.pathParam(GROUP));
  }

  private static Answer yaml(String text) {
    return Answer.of(200, YAML, HttpData.ofUtf8(text));
  }
}
