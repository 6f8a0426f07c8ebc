/**
 * The API server of the local cluster: as much of Kubernetes' API machinery as the operator relies on, over HTTP,
 * from the same rules that the real one follows. Objects are JSON trees; kinds come from a short list and from
 * CustomResourceDefinitions. It has create, read, list with selectors, watch with history, update, the four kinds of
 * patch (server-side apply with field ownership among them), sub-resources, preconditions, finalizers, graceful
 * deletion of pods, garbage collection, evictions under disruption budgets, and for custom resources pruning,
 * defaults, schema validation and CEL rules. It has no authentication, authorization, quota, admission hooks or
 * paging.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.e2e.apiserver;
