package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The two selectors of a list or watch: {@code labelSelector} and {@code fieldSelector}, and the label selector that
 * stands in objects.
 */
final class Selector {
    private Selector() {}

    static Predicate<JsonNode> of(Request request) {
        return labels(request.query("labelSelector")).and(fields(request.query("fieldSelector")));
    }

    /** {@code matchLabels} and {@code matchExpressions}; an empty selector matches all. */
    static Predicate<JsonNode> ofObject(JsonNode selector) {
        Predicate<JsonNode> all = object -> true;
        for (var label : selector.path("matchLabels").properties()) {
            all = all.and(object -> label(object, label.getKey()).equals(label.getValue()));
        }
        for (var expression : selector.path("matchExpressions")) {
            var key = expression.path("key").asText();
            var values = expression.path("values").valueStream().map(JsonNode::asText).toList();
            all = all.and(switch (expression.path("operator").asText()) {
                case "In" -> object -> values.contains(label(object, key).asText());
                case "NotIn" -> object -> !values.contains(label(object, key).asText());
                case "Exists" -> object -> !label(object, key).isMissingNode();
                default -> object -> label(object, key).isMissingNode();
            });
        }
        return all;
    }

    private static Predicate<JsonNode> labels(String text) {
        Predicate<JsonNode> all = object -> true;
        for (var term : terms(text)) {
            all = all.and(labelTerm(term));
        }
        return all;
    }

    private static Predicate<JsonNode> labelTerm(String term) {
        int in = term.indexOf(" in (");
        int notIn = term.indexOf(" notin (");
        if (in > 0 || notIn > 0) {
            var key = term.substring(0, Math.max(in, notIn)).strip();
            var values = List.of(term.substring(term.indexOf('(') + 1, term.indexOf(')')).split("\\s*,\\s*"));
            return in > 0
                    ? object -> values.contains(label(object, key).asText())
                    : object -> !values.contains(label(object, key).asText());
        }
        int equals = term.indexOf('=');
        if (equals > 0) {
            boolean not = term.charAt(equals - 1) == '!';
            var key = term.substring(0, not ? equals - 1 : equals).strip();
            var value = term.substring(term.lastIndexOf('=') + 1).strip();
            return not
                    ? object -> !label(object, key).asText("").equals(value)
                    : object -> !label(object, key).isMissingNode() && label(object, key).asText().equals(value);
        }
        return term.startsWith("!")
                ? object -> label(object, term.substring(1)).isMissingNode()
                : object -> !label(object, term).isMissingNode();
    }

    private static Predicate<JsonNode> fields(String text) {
        Predicate<JsonNode> all = object -> true;
        for (var term : terms(text)) {
            boolean not = term.contains("!=");
            var path = term.substring(0, term.indexOf(not ? '!' : '=')).strip().split("\\.");
            var value = term.substring(term.lastIndexOf('=') + 1).strip();
            all = all.and(object -> {
                var node = object;
                for (var name : path) {
                    node = node.path(name);
                }
                return node.asText("").equals(value) != not;
            });
        }
        return all;
    }

    /** Split at commas outside of parentheses. */
    private static List<String> terms(String text) {
        var found = new ArrayList<String>();
        int depth = 0;
        int start = 0;
        for (int at = 0; at <= text.length(); at++) {
            char next = at == text.length() ? ',' : text.charAt(at);
            depth += next == '(' ? 1 : next == ')' ? -1 : 0;
            if (next == ',' && depth == 0) {
                if (at > start) {
                    found.add(text.substring(start, at).strip());
                }
                start = at + 1;
            }
        }
        return found;
    }

    private static JsonNode label(JsonNode object, String key) {
        return object.path("metadata").path("labels").path(key);
    }
}
