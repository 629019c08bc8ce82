PRAGMA application_id=1280068947;
PRAGMA user_version=2;
BEGIN TRANSACTION;
CREATE TABLE answers (
	n INTEGER NOT NULL, 
	uuid VARCHAR NOT NULL, 
	learner VARCHAR NOT NULL, 
	page VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	confidence FLOAT, 
	created_at VARCHAR NOT NULL, 
	PRIMARY KEY (n), 
	UNIQUE (uuid)
);
INSERT INTO "answers" VALUES(1,'00000000','me','home','guess','tpot','1',0.7,'2026-11-23T04:00:00+00:00');
INSERT INTO "answers" VALUES(2,'00000001','me','home','guess','tpot','"\u4e8c"',0.7,'2026-11-23T04:00:00+00:00');
INSERT INTO "answers" VALUES(3,'00000002','me','home','guess','tpot','{"ms":26.5}',0.7,'2026-11-23T04:00:00+00:00');
CREATE TABLE cards (
	n INTEGER NOT NULL, 
	machine_id VARCHAR NOT NULL, 
	device VARCHAR NOT NULL, 
	threads INTEGER NOT NULL, 
	scope VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (n)
);
INSERT INTO "cards" VALUES(1,'m','cpu',2,'quick','{"environment":{"machine_id":"m","cpu":"c","cores":2,"threads":2,"memory_bytes":1,"device":"cpu","device_name":"c","precision":"fp32","versions":{"torch":"2"},"started_at":"now","load_average":null,"governor":null},"scope":"quick","bandwidth":[{"bytes":8,"rate":{"per_s":1.0,"samples":[1.0]}}],"flops":{"fp32":{"per_s":2.0,"samples":[2.0,3.0]}},"dispatch_s":1e-06,"dispatch_samples_s":[],"peak_fp32":null,"how":{},"took_s":0.0}');
CREATE TABLE events (
	job_id VARCHAR NOT NULL, 
	n INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (job_id, n), 
	FOREIGN KEY(job_id) REFERENCES jobs (id) ON DELETE CASCADE
);
INSERT INTO "events" VALUES('j1',0,'{"stage":"started","start_s":null,"end_s":null,"step":null,"token_id":null,"text":null,"shape":null,"bytes":null,"flops":null,"detail":{}}');
INSERT INTO "events" VALUES('j1',1,'{"stage":"result","start_s":null,"end_s":null,"step":null,"token_id":null,"text":null,"shape":null,"bytes":null,"flops":null,"detail":{"n":1}}');
CREATE TABLE jobs (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	session VARCHAR NOT NULL, 
	spec TEXT NOT NULL, 
	state VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	seconds FLOAT NOT NULL, 
	error TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "jobs" VALUES('j1','token_clock','s','{"prompt":"\u4f60\u597d\udcff\u0000"}','done','2026-11-23T04:00:00+00:00','host:1:2',0.0,'null');
CREATE TABLE schema_version (
	version INTEGER NOT NULL
);
INSERT INTO "schema_version" VALUES(2);
CREATE TABLE settings (
	learner VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (learner, "key")
);
INSERT INTO "settings" VALUES('','lang','"zh"');
CREATE INDEX answers_by_learner ON answers (learner, page, kind, "key");
CREATE INDEX ix_cards_machine_id ON cards (machine_id);
COMMIT;
