package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules under {@code x-kubernetes-validations}, with CEL's standard functions and macros and its extension for
 * strings. Kubernetes' own libraries (quantities, URLs, addresses) are not there; a rule that uses one is refused
 * when it is first met.
 */
final class CelRules {
    private static final Cel CEL = CelFactory.plannerCelBuilder()
            .setOptions(CelOptions.current().enableHeterogeneousNumericComparisons(true).build())
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS).addVar("self", SimpleType.DYN)
            .addVar("oldSelf", SimpleType.DYN)
            .addCompilerLibraries(CelExtensions.strings()).addRuntimeLibraries(CelExtensions.strings()).build();

    private final Map<String, CelRuntime.Program> programs = new ConcurrentHashMap<>();

    /**
     * Evaluates one rule.
     *
     * @param old the value before the update, null at creation: a rule that names oldSelf is skipped then
     * @return the sentence of a rule that is broken, or that can't be evaluated
     */
    Optional<String> broken(JsonNode rule, JsonNode self, @Nullable JsonNode old) {
        var text = rule.path("rule").asText();
        if (old == null && text.contains("oldSelf")) {
            return Optional.empty();
        }
        var variables = new LinkedHashMap<String, Object>();
        variables.put("self", value(self));
        if (old != null) {
            variables.put("oldSelf", value(old));
        }
        try {
            if (Boolean.TRUE.equals(program(text).eval(variables))) {
                return Optional.empty();
            }
            if (rule.has("messageExpression")) {
                return Optional.of(String.valueOf(program(rule.path("messageExpression").asText()).eval(variables)));
            }
            return Optional.of(rule.path("message").asText("failed rule: " + text));
        } catch (CelEvaluationException failed) {
            return Optional.of("rule \"" + text + "\" can't be evaluated: " + failed.getMessage());
        }
    }

    private CelRuntime.Program program(String text) {
        return programs.computeIfAbsent(text, source -> {
            try {
                return CEL.createProgram(CEL.compile(source).getAst());
            } catch (CelValidationException | CelEvaluationException malformed) {
                throw ApiException.badRequest("rule \"" + source + "\" does not compile: " + malformed.getMessage());
            }
        });
    }

    private static Object value(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT, POJO -> {
                var map = new LinkedHashMap<String, Object>();
                node.properties().forEach(field -> map.put(field.getKey(), value(field.getValue())));
                yield map;
            }
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                node.forEach(item -> list.add(value(item)));
                yield list;
            }
            case NUMBER -> node.isIntegralNumber() ? (Object) node.asLong() : (Object) node.asDouble();
            case BOOLEAN -> node.asBoolean();
            case STRING, BINARY -> node.asText();
            case NULL, MISSING -> dev.cel.common.values.NullValue.NULL_VALUE;
        };
    }
}
