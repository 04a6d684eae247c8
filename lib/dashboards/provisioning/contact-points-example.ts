/** Contact points and the policy that leads to them: an example, which Grafana does not read under its name. */
export const contactPointsExample = `# An example: who is notified when an alert rule of Tidemark fires. Rename the file to
# tidemark-contact-points.yaml, fill in your receivers, and restart Grafana.
#
# The policy replaces the notification policies of the whole organisation: leave it out where you have others, and add a
# route for source = tidemark to them.
apiVersion: 1
contactPoints:
  - orgId: 1
    name: tidemark
    receivers:
      - uid: tidemark-slack
        type: slack
        settings:
          # Grafana reads it from its environment.
          url: \${SLACK_WEBHOOK_URL}
      - uid: tidemark-email
        type: email
        settings:
          addresses: on-call@example.org
policies:
  - orgId: 1
    receiver: grafana-default-email
    routes:
      - receiver: tidemark
        group_by: [alertname, metric]
        object_matchers:
          - [source, "=", tidemark]
`;
