package dev.quorate.operator.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quorate.operator.desired.Credentials;
import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.plan.Answer;
import dev.quorate.operator.plan.Problem.Reason;
import dev.quorate.operator.plan.Step.ChangeMembers;
import dev.quorate.operator.plan.Step.Contact;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tells members what to do, after a look at what is true of them now. Each call is bounded by a few seconds. */
final class MemberCommands {
    private static final long LIMIT_SECONDS = 12;

    private final KubernetesClient client;
    private final AdminClient admin;
    private final ObjectMapper mapper = new ObjectMapper();

    MemberCommands(KubernetesClient client, AdminClient admin) {
        this.client = client;
        this.admin = admin;
    }

    /**
     * What the leader says now.
     *
     * @throws StaleViewException if it does not lead any more, or does not answer
     */
    Answer askLeader(Contact leader) {
        Answer answer = await(admin.status(leader.ip(), Desired.adminPort(), leader.podUid(), 0));
        if (!answer.inSync() || answer.leader() != leader.id()) {
            throw new StaleViewException("member " + leader.id() + " does not lead any more");
        }
        return answer;
    }

    /** Changes the members, unless the configuration is another one by now. */
    void change(ChangeMembers step, Names names) {
        Answer now = askLeader(step.leader());
        if (now.committed().version() != step.fromVersion() || now.committed().changing()) {
            throw new StaleViewException("the members were changed in between");
        }
        ObjectNode body = mapper.createObjectNode();
        step.add().forEach(body.putArray("add")::add);
        step.remove().forEach(body.putArray("remove")::add);
        body.put("fromVersion", "0x" + Long.toHexString(step.fromVersion()));
        send(step.leader(), "reconfig", body.toString(), names);
    }

    /** Lets the leader hand over, if it still leads. */
    void handOver(Contact leader, Names names) {
        askLeader(leader);
        send(leader, "handover", "", names);
    }

    /**
     * Changes what a member takes up while it runs.
     *
     * @return false where it has these settings already
     */
    boolean changeSettings(Contact member, Map<String, String> settings, Names names) {
        Answer now = await(admin.status(member.ip(), Desired.adminPort(), member.podUid(), 0));
        if (settings.equals(now.settings())) {
            return false;
        }
        send(member, "settings", mapper.valueToTree(settings).toString(), names);
        return true;
    }

    /** Raises the level, unless that is done already. Members refuse what one of them does not know. */
    void raiseLevel(Contact leader, int level, Names names) {
        Answer now = askLeader(leader);
        if (now.committed().level() != level - 1 || now.committed().changing()) {
            throw new StaleViewException("the level is " + now.committed().level());
        }
        send(leader, "level", mapper.createObjectNode().put("level", level).toString(), names);
    }

    private void send(Contact to, String command, String body, Names names) {
        HttpResponse<String> response = await(
                admin.command(to.ip(), Desired.adminPort(), command, body, token(names)));
        if (response.statusCode() / 100 != 2) {
            throw new StepRefusedException(Reason.MemberRefused, "Member " + to.id() + " refused " + command + ": "
                    + sentence(response.body()));
        }
    }

    private String token(Names names) {
        Secret secret = client.secrets().inNamespace(names.namespace()).withName(names.credentials()).get();
        if (secret == null || !Credentials.complete(secret)) {
            throw new StaleViewException("Secret " + names.credentials() + " is not there");
        }
        return new String(Base64.getDecoder().decode(secret.getData().get(Credentials.ADMIN_TOKEN)),
                StandardCharsets.UTF_8);
    }

    private String sentence(String body) {
        try {
            JsonNode error = mapper.readTree(body).path("error");
            return error.isTextual() ? error.asText() : body;
        } catch (IOException e) {
            return body;
        }
    }

    private static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new StaleViewException("a member does not answer: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StaleViewException("interrupted");
        }
    }
}
