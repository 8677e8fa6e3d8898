package dev.guanlan.gateway.rules;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.guanlan.connector.kafka.rules.FollowedGroup;
import dev.guanlan.gateway.push.Answer;
import dev.guanlan.gateway.push.Door;
import dev.guanlan.gateway.push.Errand;
import dev.guanlan.gateway.push.Quota;
import dev.guanlan.gateway.push.SizeLimit;
import dev.guanlan.rules.AlertingRule;
import dev.guanlan.rules.Rule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Serves how rules do and which alerts are active, in the format of Prometheus' API, and what
 * Grafana asks to find out whether rules can be changed here.
 *
 * <p>Source: https://prometheus.io/docs/prometheus/latest/querying/api/#rules.
 */
public final class RulesApi {

  /** At the root as in Prometheus, and where Mimir has it. */
  private static final List<String> PREFIXES = List.of("", "/prometheus");

  private static final SizeLimit NO_BODY =
      new SizeLimit(1 << 16, "the most that is read with a question");

  private final RuleBoard board;
  private final Door door;
  private final String version;
  private final Clock clock;

  /**
   * Makes the API.
   *
   * @param version which release this is
   * @param clock tells how old is what the alerting job told
   */
  public RulesApi(RuleBoard board, Door door, String version, Clock clock) {
    this.board = board;
    this.door = door;
    this.version = version;
    this.clock = clock;
  }

  /** Answers a question about a tenant's rules. */
  private interface Question {
    Answer answer(QueryParams params, List<FollowedGroup> groups, List<String> warnings);
  }

  /** Registers every path. */
  public void register(ServerBuilder builder) {
    for (String prefix : PREFIXES) {
      ask(builder, prefix + "/api/v1/rules", RulesApi::rules);
      ask(builder, prefix + "/api/v1/alerts", RulesApi::alerts);
      String build = prefix + "/api/v1/status/buildinfo";
      builder
          .route()
          .get(build)
          .build(
              (context, request) ->
                  door.serve(
                      context,
                      request,
                      new Get(build) {
                        @Override
                        public CompletableFuture<Answer> run(
                            String tenant, Quota quota, byte[] body) {
                          return CompletableFuture.completedFuture(buildInfo());
                        }
                      }));
    }
  }

  private void ask(ServerBuilder builder, String path, Question question) {
    builder
        .route()
        .get(path)
        .build((context, request) -> door.serve(context, request, asked(context, path, question)));
  }

  private Errand asked(ServiceRequestContext context, String path, Question question) {
    QueryParams params = context.queryParams();
    return new Get(path) {
      @Override
      public CompletableFuture<Answer> run(String tenant, Quota quota, byte[] body) {
        return board
            .rules()
            .thenApplyAsync(
                rules -> {
                  List<FollowedGroup> groups = rules.of(tenant);
                  return question.answer(params, groups, Silence.warnings(groups, clock.instant()));
                },
                context.blockingTaskExecutor());
      }
    };
  }

  /** Is a question, which needs no body. */
  private abstract static class Get implements Errand {
    private final String path;

    Get(String path) {
      this.path = path;
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public SizeLimit body(Quota quota) {
      return NO_BODY;
    }
  }

  private static Answer rules(
      QueryParams params, List<FollowedGroup> groups, List<String> warnings) {
    RulesQuery query;
    try {
      query = RulesQuery.of(params);
    } catch (RulesQuery.InvalidParameterException e) {
      return json(400, RulesJson.badData(String.valueOf(e.getMessage())));
    }
    List<RulesJson.Page> pages = new ArrayList<>();
    String next = "";
    boolean found = query.nextToken().isEmpty();
    for (FollowedGroup group : groups) {
      found = found || token(group).equals(query.nextToken());
      List<Integer> wanted = found ? wanted(group, query) : List.of();
      if (wanted.isEmpty()) {
        continue;
      }
      if (query.groupLimit() > 0 && pages.size() == query.groupLimit()) {
        next = token(group);
        break;
      }
      pages.add(new RulesJson.Page(group, wanted));
    }
    if (!found) {
      return json(
          400,
          RulesJson.badData(
              "invalid group_next_token '%s'. were rule groups changed?"
                  .formatted(query.nextToken())));
    }
    String token = next;
    return json(
        200, RulesJson.success(json -> json.groups(pages, query.excludeAlerts(), token), warnings));
  }

  private static List<Integer> wanted(FollowedGroup group, RulesQuery query) {
    List<Integer> wanted = new ArrayList<>();
    if (query.wants(group.group())) {
      List<Rule> rules = group.group().rules();
      for (int i = 0; i < rules.size(); i++) {
        Rule rule = rules.get(i);
        if (query.wants(rule, RulesJson.labels(group, rule), rule instanceof AlertingRule)) {
          wanted.add(i);
        }
      }
    }
    return wanted;
  }

  /** Names a group as Prometheus does where an answer ends before it. */
  private static String token(FollowedGroup group) {
    try {
      byte[] name =
          (group.group().namespace() + ";" + group.group().name()).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(name));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  private static Answer alerts(
      QueryParams params, List<FollowedGroup> groups, List<String> warnings) {
    return json(200, RulesJson.success(json -> json.allAlerts(groups), warnings));
  }

  /** Says what Mimir says of itself, from which Grafana knows that rules can be kept here. */
  private Answer buildInfo() {
    return json(
        200,
        RulesJson.success(
            json -> {
              json.text("application", "Guanlan");
              json.text("version", version);
              json.text("revision", "");
              json.text("branch", "");
              json.text("buildUser", "");
              json.text("buildDate", "");
              json.text("goVersion", "");
              json.object(
                  "features",
                  features -> {
                    features.flag("ruler_config_api", true);
                    features.flag("alertmanager_config_api", false);
                    features.flag("query_sharding", false);
                    features.flag("federated_rules", false);
                  });
            }));
  }

  private static Answer json(int status, byte[] content) {
    return Answer.of(status, MediaType.JSON, HttpData.wrap(content));
  }
}
