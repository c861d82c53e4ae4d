From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain elimination.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Weights of rank q: every layer projects on q units and injects them into the next layer. *)
(* Then all products of consecutive weights have rank q, and the hypotheses on weights in *)
(* elimination.v are met. *)
Section Narrow.
Variables (F : fieldType) (M : nat -> nat) (L' q : nat).
Notation L := L'.+1.
Variables (inj : forall l, 'M[F]_(M l, q)) (proj : forall l, 'M[F]_(q, M l)).

(* The weights: project on q units and inject them into the next layer. *)
Definition narrow l : 'M[F]_(M l.+1, M l) := inj l.+1 *m proj l.
Notation chain := (chain narrow).
Hypothesis proj_inj : forall l, (l <= L)%N -> proj l *m inj l = 1%:M.

Lemma narrow_inj j k : (j <= k)%N -> (k <= L)%N -> chain j k *m inj j = inj k.
Proof.
elim: k => [|k IH] jk kL.
  by move: jk; rewrite leqn0 => /eqP jE; subst j; rewrite chain_id mul1mx.
move: jk; rewrite leq_eqVlt => /orP[/eqP jE|]; first by subst j; rewrite chain_id mul1mx.
rewrite ltnS => jk; rewrite chain_S // -mulmxA IH ?(ltnW kL) // /narrow -mulmxA.
by rewrite proj_inj ?mulmx1 // ltnW.
Qed.

Lemma narrow_proj j k : (j <= k)%N -> (k <= L)%N -> proj k *m chain j k = proj j.
Proof.
elim: k => [|k IH] jk kL.
  by move: jk; rewrite leqn0 => /eqP jE; subst j; rewrite chain_id mulmx1.
move: jk; rewrite leq_eqVlt => /orP[/eqP jE|]; first by subst j; rewrite chain_id mulmx1.
by rewrite ltnS => jk; rewrite chain_S // /narrow !mulmxA proj_inj // mul1mx IH ?(ltnW kL).
Qed.

Lemma narrow_chain j k : (j < k)%N -> (k <= L)%N -> chain j k = inj k *m proj j.
Proof.
case: k => // k; rewrite ltnS => jk kL; rewrite chain_S // /narrow -mulmxA narrow_proj //.
exact: ltnW.
Qed.

Lemma narrow_carried : carried L' narrow inj proj.
Proof. by split; [exact: proj_inj | exact: narrow_inj | exact: narrow_proj]. Qed.

(* With two layers or more, what G does beside the q units is not seen. *)
Lemma narrow_returned (G : 'M[F]_(M 0%N, M L)) (S : 'M[F]_q) : (0 < L')%N -> S \in unitmx ->
    G *m inj L = inj 0 *m S -> proj 0 *m G = S *m proj L ->
  returned narrow inj proj G S.
Proof.
move=> L1 SU Gi pG; split=> // -[_|k kL]; last first.
  rewrite (@narrow_chain 0 k.+1) // ?(ltnW kL) // /aside mulmxBr -[_ *m proj 0 *m G]mulmxA pG.
  by rewrite !mulmxA -[_ *m proj 0 *m inj 0]mulmxA proj_inj // mulmx1 subrr mul0mx.
rewrite chain_id mul1mx (@narrow_chain 1 L) // mulmxA /aside mulmxBl Gi.
by rewrite -[_ *m proj L *m _]mulmxA proj_inj // mulmx1 subrr mul0mx.
Qed.
End Narrow.

(* Units that are the first q coordinates in some basis of every layer. *)
Section Bases.
Variables (F : fieldType) (M : nat -> nat) (q : nat) (P : forall l, 'M[F]_(M l)).
Hypothesis P_unit : forall l, P l \in unitmx.

Definition basis_inj l : 'M[F]_(M l, q) := P l *m pid_mx q.
Definition basis_proj l : 'M[F]_(q, M l) := pid_mx q *m invmx (P l).

Lemma basis_proj_inj l : (q <= M l)%N -> basis_proj l *m basis_inj l = 1%:M.
Proof.
move=> ql; rewrite /basis_proj /basis_inj mulmxA mulmxKV // mul_pid_mx minnn (minn_idPr ql).
exact: pid_mx_1.
Qed.
End Bases.

(* A basis in every layer, given those of the input and of the output. *)
Lemma end_bases (F : fieldType) (M : nat -> nat) L (A : 'M[F]_(M 0%N)) (B : 'M[F]_(M L)) :
    (0 < L)%N -> A \in unitmx -> B \in unitmx ->
  exists P : forall l, 'M[F]_(M l), [/\ forall l, P l \in unitmx, P 0%N = A & P L = B].
Proof.
move=> L0 AU BU; pose P l : 'M[F]_(M l) :=
  match @eqP _ L l with
  | ReflectT e => let: erefl := e in B
  | ReflectF _ => match l return 'M[F]_(M l) with 0%N => A | _ => 1%:M end
  end.
exists P; split=> [l||].
- rewrite /P; case: eqP => [e|_]; first by case: l / e.
  by case: l => // l; apply: unitmx1.
- by rewrite /P; case: eqP => // e; exfalso; move: L0; rewrite e.
by rewrite /P; case: eqP => // e; rewrite (eq_axiomK e).
Qed.
