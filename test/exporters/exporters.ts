import type { PresetName } from '../../lib/config/presets/preset-files.ts';
import { constant, counter, type Family, gauge, histogram, summary, untyped } from './family.ts';

/** A simulated exporter: names and labels are those of its documentation, which the preset refers to; the samples are made up. */
export interface SimulatedExporter {
  readonly job: string;
  readonly instances: readonly string[];
  readonly families: readonly Family[];
}

const each = <Name extends string>(label: Name, ...values: readonly string[]) =>
  values.map((value) => ({ [label]: value }));
const LATENCIES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
const MILLISECONDS = [5, 10, 25, 50, 100, 250, 500, 1000];
const disks = each('device', 'sda', 'nvme0n1');
const networks = each('device', 'lo', 'eth0');
const databases = ['shop', 'billing'].map((datname, index) => ({ datname, datid: String(16_384 + index) }));
const containers = ['web', 'worker'].map((container) => ({
  namespace: 'shop',
  pod: `${container}-5d9c7b-x2x4z`,
  container,
  image: `registry.example/${container}:1`,
}));
const pods = { namespace: 'shop', pod: 'web-5d9c7b-x2x4z', uid: '1' };
const mesh = {
  reporter: 'destination',
  destination_workload: 'cart',
  destination_workload_namespace: 'shop',
};
const ingress = { exported_namespace: 'shop', ingress: 'web', service: 'web', controller_pod: 'ingress-1' };

/** What a process of the Prometheus client library says of itself. */
const processFamilies = [
  counter('process_cpu_seconds_total', 'Total user and system CPU time spent in seconds.', 0.4),
  gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', 2e8),
  gauge('process_open_fds', 'Number of open file descriptors.', 120),
  constant('process_max_fds', 'Maximum number of open file descriptors.', 1024),
];

/** By the name of the preset that recognises it. */
export const exporters: Readonly<Record<PresetName, SimulatedExporter>> = {
  'node-exporter': {
    job: 'node',
    instances: ['host-a:9100', 'host-b:9100'],
    families: [
      counter(
        'node_cpu_seconds_total',
        'Seconds the CPUs spent in each mode.',
        0.2,
        ['0', '1'].flatMap((cpu) =>
          ['idle', 'user', 'system', 'iowait', 'steal'].map((mode) => ({ cpu, mode })),
        ),
      ),
      gauge('node_load5', '5m load average.', 0.8),
      constant('node_memory_MemTotal_bytes', 'Memory information field MemTotal_bytes.', 8e9),
      gauge('node_memory_MemAvailable_bytes', 'Memory information field MemAvailable_bytes.', 4e9),
      untyped(counter('node_vmstat_pswpin', '/proc/vmstat information field pswpin.', 2)),
      gauge('node_filesystem_avail_bytes', 'Filesystem space available to non-root users in bytes.', 5e10, [
        { device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' },
        { device: 'tmpfs', fstype: 'tmpfs', mountpoint: '/run' },
      ]),
      constant('node_filesystem_size_bytes', 'Filesystem size in bytes.', 1e11, [
        { device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' },
        { device: 'tmpfs', fstype: 'tmpfs', mountpoint: '/run' },
      ]),
      counter('node_disk_io_time_seconds_total', 'Total seconds spent doing I/Os.', 0.3, disks),
      counter(
        'node_disk_read_time_seconds_total',
        'The total number of seconds spent by all reads.',
        0.05,
        disks,
      ),
      counter(
        'node_disk_reads_completed_total',
        'The total number of reads completed successfully.',
        20,
        disks,
      ),
      counter('node_disk_written_bytes_total', 'The total number of bytes written successfully.', 1e6, disks),
      counter('node_network_receive_bytes_total', 'Network device statistic receive_bytes.', 2e6, networks),
      counter('node_network_transmit_bytes_total', 'Network device statistic transmit_bytes.', 1e6, networks),
      counter('node_network_receive_drop_total', 'Network device statistic receive_drop.', 0.2, networks),
      constant('node_network_transmit_drop_total', 'Network device statistic transmit_drop.', 0, networks),
      untyped(gauge('node_netstat_Tcp_CurrEstab', 'Statistic TcpCurrEstab.', 60)),
      untyped(counter('node_netstat_Tcp_RetransSegs', 'Statistic TcpRetransSegs.', 3)),
      untyped(counter('node_netstat_Tcp_OutSegs', 'Statistic TcpOutSegs.', 900)),
      counter('node_context_switches_total', 'Total number of context switches.', 4000),
      gauge('node_procs_blocked', 'Number of processes blocked waiting for I/O to complete.', 1.2),
      gauge('node_filefd_allocated', 'File descriptor statistics: allocated.', 1500),
      constant('node_filefd_maximum', 'File descriptor statistics: maximum.', 1e6),
      gauge('node_timex_offset_seconds', 'Time offset in between local system and reference clock.', 0.001),
      constant('node_uname_info', 'Labeled system information as provided by the uname system call.', 1),
    ],
  },
  cadvisor: {
    job: 'kubelet',
    instances: ['host-a:10250'],
    families: [
      counter('container_cpu_usage_seconds_total', 'Cumulative cpu time consumed', 0.3, containers),
      gauge('container_memory_working_set_bytes', 'Current working set of the container', 3e8, containers),
      counter(
        'container_cpu_cfs_throttled_periods_total',
        'Number of throttled period intervals.',
        0.4,
        containers,
      ),
      counter(
        'container_cpu_cfs_periods_total',
        'Number of elapsed enforcement period intervals.',
        10,
        containers,
      ),
      counter('container_network_receive_bytes_total', 'Cumulative count of bytes received', 4e5, [
        { namespace: 'shop', pod: 'web-5d9c7b-x2x4z', interface: 'eth0' },
      ]),
      counter('container_network_transmit_bytes_total', 'Cumulative count of bytes transmitted', 2e5, [
        { namespace: 'shop', pod: 'web-5d9c7b-x2x4z', interface: 'eth0' },
      ]),
      counter('container_fs_writes_bytes_total', 'Cumulative count of bytes written', 5e4, containers),
      counter('container_oom_events_total', 'Count of out of memory events', 0.001, containers),
    ],
  },
  'kube-state-metrics': {
    job: 'kube-state-metrics',
    instances: ['kube-state-metrics:8080'],
    families: [
      constant('kube_pod_info', 'Information about pod.', 1, [pods]),
      gauge('kube_pod_status_phase', 'The pods current phase.', 6, [
        { ...pods, phase: 'Running' },
        { ...pods, phase: 'Pending' },
      ]),
      gauge('kube_pod_status_ready', 'Describes whether the pod is ready to serve requests.', 2, [
        { ...pods, condition: 'false' },
      ]),
      counter(
        'kube_pod_container_status_restarts_total',
        'The number of container restarts per container.',
        0.01,
        [{ ...pods, container: 'web' }],
      ),
      gauge(
        'kube_deployment_status_replicas_unavailable',
        'The number of unavailable replicas per deployment.',
        2,
        [{ namespace: 'shop', deployment: 'web' }],
      ),
      gauge('kube_deployment_spec_replicas', 'Number of desired pods for a deployment.', 6, [
        { namespace: 'shop', deployment: 'web' },
      ]),
      gauge('kube_job_status_failed', 'The number of pods which reached Phase Failed.', 2, [
        { namespace: 'shop', job_name: 'report' },
      ]),
      gauge('kube_node_status_condition', 'The condition of a cluster node.', 1, [
        { node: 'host-a', condition: 'Ready', status: 'false' },
        { node: 'host-a', condition: 'Ready', status: 'true' },
      ]),
      gauge(
        'kube_pod_container_resource_requests',
        'The number of requested request resource by a container.',
        2,
        [{ ...pods, container: 'web', resource: 'cpu', unit: 'core' }],
      ),
    ],
  },
  'http-prometheus-client': {
    job: 'shop',
    instances: ['shop-1:8080'],
    families: [
      histogram(
        'http_request_duration_seconds',
        'Duration of HTTP requests.',
        20,
        LATENCIES,
        ['200', '500'].map((code) => ({ namespace: 'shop', code, method: 'get', handler: '/cart' })),
      ),
    ],
  },
  'http-opentelemetry': {
    job: 'shop/checkout',
    instances: ['checkout-1'],
    families: [
      histogram(
        'http_server_request_duration_seconds',
        'Duration of HTTP server requests.',
        15,
        LATENCIES,
        ['200', '503'].map((code) => ({
          http_request_method: 'GET',
          http_response_status_code: code,
          http_route: '/pay',
        })),
      ),
      histogram('http_client_request_duration_seconds', 'Duration of HTTP client requests.', 15, LATENCIES, [
        { http_request_method: 'POST', server_address: 'bank.example' },
      ]),
      gauge('http_server_active_requests', 'Number of active HTTP server requests.', 12),
    ],
  },
  envoy: {
    job: 'envoy',
    instances: ['edge-1:9901'],
    families: [
      counter('envoy_cluster_upstream_rq_total', '', 30, each('envoy_cluster_name', 'cart', 'search')),
      counter('envoy_cluster_upstream_rq_xx', '', 0.5, [
        { envoy_cluster_name: 'cart', envoy_response_code_class: '5' },
        { envoy_cluster_name: 'cart', envoy_response_code_class: '2' },
      ]),
      histogram(
        'envoy_cluster_upstream_rq_time',
        '',
        30,
        MILLISECONDS,
        each('envoy_cluster_name', 'cart', 'search'),
      ),
      gauge('envoy_cluster_upstream_cx_active', '', 25, each('envoy_cluster_name', 'cart', 'search')),
      counter(
        'envoy_cluster_upstream_cx_connect_fail',
        '',
        0.05,
        each('envoy_cluster_name', 'cart', 'search'),
      ),
      gauge('envoy_cluster_membership_healthy', '', 1.8, each('envoy_cluster_name', 'cart', 'search')),
      constant('envoy_cluster_membership_total', '', 3, each('envoy_cluster_name', 'cart', 'search')),
    ],
  },
  istio: {
    job: 'istio',
    instances: ['cart-1:15020'],
    families: [
      counter(
        'istio_requests_total',
        '',
        40,
        ['200', '503'].map((response_code) => ({ ...mesh, response_code })),
      ),
      histogram('istio_request_duration_milliseconds', '', 40, MILLISECONDS, [
        { ...mesh, response_code: '200' },
      ]),
      counter('istio_tcp_sent_bytes_total', '', 9e4, [mesh]),
    ],
  },
  'nginx-ingress': {
    job: 'ingress',
    instances: ['ingress-1:10254'],
    families: [
      counter(
        'nginx_ingress_controller_requests',
        'The total number of client requests',
        50,
        ['200', '502'].map((status) => ({ ...ingress, status })),
      ),
      histogram(
        'nginx_ingress_controller_request_duration_seconds',
        'The request processing time in seconds',
        50,
        LATENCIES,
        [{ ...ingress, status: '200' }],
      ),
      gauge(
        'nginx_ingress_controller_nginx_process_connections',
        'current number of client connections',
        80,
        [{ controller_pod: 'ingress-1', state: 'active' }],
      ),
    ],
  },
  blackbox: {
    job: 'probes',
    instances: ['https://shop.example'],
    families: [
      gauge('probe_success', 'Displays whether or not the probe was a success', 0.7),
      gauge('probe_duration_seconds', 'Returns how long the probe took to complete in seconds', 0.2),
      gauge(
        'probe_http_duration_seconds',
        'Duration of http request by phase',
        0.04,
        each('phase', 'connect', 'processing', 'resolve', 'tls', 'transfer'),
      ),
      gauge('probe_dns_lookup_time_seconds', 'Returns the time taken for probe dns lookup in seconds', 0.01),
    ],
  },
  'jvm-micrometer': {
    job: 'orders',
    instances: ['orders-1:8080', 'orders-2:8080'],
    families: [
      gauge('jvm_memory_used_bytes', 'The amount of used memory', 2e8, [
        { area: 'heap', id: 'G1 Old Gen' },
        { area: 'nonheap', id: 'Metaspace' },
      ]),
      constant('jvm_memory_max_bytes', 'The maximum amount of memory in bytes', 5e8, [
        { area: 'heap', id: 'G1 Old Gen' },
        { area: 'nonheap', id: 'Metaspace' },
      ]),
      summary('jvm_gc_pause_seconds', 'Time spent in GC pause', 0.5, 0.02, [
        { action: 'end of minor GC', cause: 'G1 Evacuation Pause' },
      ]),
      counter('jvm_gc_memory_allocated_bytes_total', 'Incremented for an increase in the young pool', 5e6),
      gauge('jvm_threads_live_threads', 'The current number of live threads', 60),
      gauge(
        'jvm_threads_states_threads',
        'The current number of threads',
        4,
        each('state', 'blocked', 'waiting'),
      ),
      gauge('process_cpu_usage', 'The "recent cpu usage" for the Java Virtual Machine process', 0.3),
      summary(
        'http_server_requests_seconds',
        '',
        12,
        0.08,
        ['200', '500'].map((status) => ({ method: 'GET', uri: '/orders', status, outcome: 'SUCCESS' })),
      ),
      gauge('hikaricp_connections_active', 'Active connections', 5, each('pool', 'main')),
      constant('hikaricp_connections_max', 'Max connections', 10, each('pool', 'main')),
      gauge('hikaricp_connections_pending', 'Pending threads', 1, each('pool', 'main')),
      counter(
        'logback_events_total',
        'Number of log events that were enabled',
        0.2,
        each('level', 'error', 'info'),
      ),
    ],
  },
  'go-runtime': {
    job: 'gateway',
    instances: ['gateway-1:8080'],
    families: [
      gauge('go_goroutines', 'Number of goroutines that currently exist.', 90),
      gauge('go_memstats_heap_inuse_bytes', 'Number of heap bytes that are in use.', 6e7),
      counter('go_memstats_alloc_bytes_total', 'Total number of bytes allocated, even if freed.', 3e6),
      summary(
        'go_gc_duration_seconds',
        'A summary of the pause duration of garbage collection cycles.',
        0.2,
        0.001,
      ),
      ...processFamilies,
    ],
  },
  'nodejs-runtime': {
    job: 'storefront',
    instances: ['storefront-1:3000'],
    families: [
      constant('nodejs_version_info', 'Node.js version info.', 1, each('version', 'v24.0.0')),
      gauge('nodejs_eventloop_lag_seconds', 'Lag of event loop in seconds.', 0.01),
      gauge(
        'nodejs_eventloop_lag_p99_seconds',
        'The 99th percentile of the recorded event loop delays.',
        0.03,
      ),
      gauge('nodejs_heap_size_used_bytes', 'Process heap size used from Node.js in bytes.', 9e7),
      gauge('nodejs_external_memory_bytes', 'Node.js external memory size in bytes.', 2e7),
      gauge('nodejs_active_handles_total', 'Total number of active handles.', 40),
      histogram(
        'nodejs_gc_duration_seconds',
        'Garbage collection duration by kind.',
        1,
        [0.001, 0.01, 0.1],
        [{ kind: 'minor' }],
      ),
      ...processFamilies,
    ],
  },
  postgresql: {
    job: 'postgres',
    instances: ['db-1:9187'],
    families: [
      constant('pg_up', 'Whether the last scrape of metrics from PostgreSQL was able to connect.', 1),
      counter(
        'pg_stat_database_xact_commit',
        'Number of transactions that have been committed',
        80,
        databases,
      ),
      counter(
        'pg_stat_database_xact_rollback',
        'Number of transactions that have been rolled back',
        2,
        databases,
      ),
      gauge('pg_stat_database_numbackends', 'Number of backends currently connected', 14, databases),
      constant('pg_settings_max_connections', 'Server Parameter: max_connections', 100),
      gauge('pg_stat_activity_count', 'number of connections in this state', 8, [
        { datname: 'shop', state: 'active' },
        { datname: 'shop', state: 'idle in transaction' },
      ]),
      gauge(
        'pg_stat_activity_max_tx_duration',
        'max duration in seconds any active transaction has been running',
        4,
        [{ datname: 'shop', state: 'active' }],
      ),
      counter(
        'pg_stat_database_blks_hit',
        'Number of times disk blocks were found in the buffer cache',
        9000,
        databases,
      ),
      counter('pg_stat_database_blks_read', 'Number of disk blocks read', 90, databases),
      counter('pg_stat_database_tup_fetched', 'Number of rows fetched by queries', 5000, databases),
      counter(
        'pg_stat_database_temp_bytes',
        'Total amount of data written to temporary files',
        3e4,
        databases,
      ),
      constant('pg_stat_database_deadlocks', 'Number of deadlocks detected', 0, databases),
      gauge('pg_locks_count', 'Number of locks', 20, [
        { datname: 'shop', mode: 'accesssharelock' },
        { datname: 'shop', mode: 'rowexclusivelock' },
      ]),
      gauge('pg_replication_lag_seconds', 'Replication lag behind primary in seconds', 1),
      gauge(
        'pg_database_size_bytes',
        'Disk space used by the database',
        4e10,
        each('datname', 'shop', 'billing'),
      ),
    ],
  },
  mysql: {
    job: 'mysql',
    instances: ['db-2:9104'],
    families: [
      constant('mysql_up', 'Whether the MySQL server is up.', 1),
      untyped(counter('mysql_global_status_queries', 'Generic metric from SHOW GLOBAL STATUS.', 300)),
      untyped(counter('mysql_global_status_slow_queries', 'Generic metric from SHOW GLOBAL STATUS.', 0.3)),
      untyped(gauge('mysql_global_status_threads_connected', 'Generic metric from SHOW GLOBAL STATUS.', 30)),
      gauge(
        'mysql_global_variables_max_connections',
        'Generic gauge metric from SHOW GLOBAL VARIABLES.',
        151,
      ),
      untyped(gauge('mysql_global_status_threads_running', 'Generic metric from SHOW GLOBAL STATUS.', 4)),
      untyped(
        counter('mysql_global_status_aborted_connects', 'Generic metric from SHOW GLOBAL STATUS.', 0.02),
      ),
      untyped(
        counter('mysql_global_status_innodb_row_lock_time', 'Generic metric from SHOW GLOBAL STATUS.', 5),
      ),
      untyped(counter('mysql_global_status_innodb_buffer_pool_reads', 'Generic metric.', 10)),
      untyped(counter('mysql_global_status_innodb_buffer_pool_read_requests', 'Generic metric.', 9000)),
      untyped(counter('mysql_global_status_bytes_sent', 'Generic metric from SHOW GLOBAL STATUS.', 7e5)),
      untyped(gauge('mysql_slave_status_seconds_behind_master', 'Generic metric from SHOW SLAVE STATUS.', 1)),
    ],
  },
  redis: {
    job: 'redis',
    instances: ['cache-1:9121'],
    families: [
      constant('redis_up', 'Information about the Redis instance', 1),
      counter('redis_commands_processed_total', 'commands_processed_total metric', 700),
      counter(
        'redis_commands_duration_seconds_total',
        'Total amount of time in seconds spent per command',
        0.01,
        each('cmd', 'get', 'set'),
      ),
      counter('redis_commands_total', 'Total number of calls per command', 300, each('cmd', 'get', 'set')),
      gauge('redis_connected_clients', 'connected_clients metric', 35),
      gauge('redis_blocked_clients', 'blocked_clients metric', 3),
      gauge('redis_memory_used_bytes', 'memory_used_bytes metric', 2e8),
      counter('redis_keyspace_hits_total', 'keyspace_hits_total metric', 400),
      counter('redis_keyspace_misses_total', 'keyspace_misses_total metric', 30),
      counter('redis_evicted_keys_total', 'evicted_keys_total metric', 1),
      constant('redis_rejected_connections_total', 'rejected_connections_total metric', 0),
      gauge('redis_db_keys', 'Total number of keys by DB', 1e5, each('db', 'db0')),
    ],
  },
  kafka: {
    job: 'kafka',
    instances: ['kafka-exporter:9308'],
    families: [
      gauge('kafka_brokers', 'Number of Brokers in the Kafka Cluster.', 3),
      counter('kafka_topic_partition_current_offset', 'Current Offset of a Broker at Topic/Partition', 60, [
        { topic: 'orders', partition: '0' },
        { topic: 'orders', partition: '1' },
      ]),
      gauge('kafka_consumergroup_lag', 'Current Approximate Lag of a ConsumerGroup at Topic/Partition', 40, [
        { consumergroup: 'billing', topic: 'orders', partition: '0' },
      ]),
      counter(
        'kafka_consumergroup_current_offset',
        'Current Offset of a ConsumerGroup at Topic/Partition',
        60,
        [{ consumergroup: 'billing', topic: 'orders', partition: '0' }],
      ),
      gauge(
        'kafka_topic_partition_under_replicated_partition',
        '1 if Topic/Partition is under Replicated',
        1,
        [{ topic: 'orders', partition: '0' }],
      ),
      gauge(
        'kafka_consumergroup_members',
        'Amount of members in a consumer group',
        4,
        each('consumergroup', 'billing'),
      ),
    ],
  },
  rabbitmq: {
    job: 'rabbitmq',
    instances: ['mq-1:15692'],
    families: [
      constant(
        'rabbitmq_identity_info',
        'RabbitMQ node & cluster identity info',
        1,
        each('rabbitmq_node', 'rabbit@mq-1'),
      ),
      gauge('rabbitmq_queue_messages_ready', 'Messages ready to be delivered to consumers', 30),
      gauge(
        'rabbitmq_queue_messages_unacked',
        'Messages delivered to consumers but not yet acknowledged',
        12,
      ),
      counter(
        'rabbitmq_global_messages_received_total',
        'Total number of messages received from publishers',
        40,
        each('protocol', 'amqp091'),
      ),
      counter(
        'rabbitmq_global_messages_delivered_total',
        'Total number of messages delivered to consumers',
        40,
        each('protocol', 'amqp091'),
      ),
      counter(
        'rabbitmq_global_messages_redelivered_total',
        'Total number of messages redelivered',
        0.5,
        each('protocol', 'amqp091'),
      ),
      gauge('rabbitmq_connections', 'Connections currently open', 20),
      gauge('rabbitmq_channels', 'Channels currently open', 45),
      gauge('rabbitmq_process_resident_memory_bytes', 'Memory used in bytes', 4e8),
      constant('rabbitmq_resident_memory_limit_bytes', 'Memory high watermark in bytes', 1e9),
      gauge('rabbitmq_disk_space_available_bytes', 'Disk space available in bytes', 3e10),
    ],
  },
  'cloudwatch-exporter': {
    job: 'cloudwatch',
    instances: ['cloudwatch:9106'],
    families: [
      counter('cloudwatch_requests_total', 'API requests made to CloudWatch', 0.5, [
        { action: 'getMetricStatistics', namespace: 'AWS/RDS' },
      ]),
      gauge(
        'aws_applicationelb_request_count_sum',
        'CloudWatch metric AWS/ApplicationELB RequestCount Sum',
        900,
        each('load_balancer', 'app/shop/1'),
      ),
      gauge(
        'aws_applicationelb_httpcode_target_5_xx_count_sum',
        'CloudWatch metric',
        12,
        each('load_balancer', 'app/shop/1'),
      ),
      gauge(
        'aws_applicationelb_target_response_time_average',
        'CloudWatch metric',
        0.2,
        each('load_balancer', 'app/shop/1'),
      ),
      gauge(
        'aws_rds_cpuutilization_average',
        'CloudWatch metric AWS/RDS CPUUtilization',
        30,
        each('dbinstance_identifier', 'shop'),
      ),
      gauge(
        'aws_rds_database_connections_average',
        'CloudWatch metric',
        25,
        each('dbinstance_identifier', 'shop'),
      ),
      gauge(
        'aws_rds_free_storage_space_average',
        'CloudWatch metric',
        5e10,
        each('dbinstance_identifier', 'shop'),
      ),
      gauge(
        'aws_sqs_approximate_age_of_oldest_message_maximum',
        'CloudWatch metric',
        20,
        each('queue_name', 'mail'),
      ),
      gauge(
        'aws_sqs_approximate_number_of_messages_visible_average',
        'CloudWatch metric',
        50,
        each('queue_name', 'mail'),
      ),
      gauge('aws_lambda_invocations_sum', 'CloudWatch metric', 300, each('function_name', 'resize')),
      gauge('aws_lambda_errors_sum', 'CloudWatch metric', 4, each('function_name', 'resize')),
      gauge('aws_ec2_cpuutilization_average', 'CloudWatch metric', 40, each('instance_id', 'i-0abc')),
    ],
  },
};
